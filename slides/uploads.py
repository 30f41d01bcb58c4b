"""Takes a slide file as it comes in: straight to the slide folder in pieces, never larger than allowed, never half."""

import hashlib
import re
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

if TYPE_CHECKING:
    _UploadedFile = UploadedFile[bytes]
else:
    _UploadedFile = UploadedFile  # generic in the stubs only

FOLDER = "uploads"
SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


class IncomingSlide(_UploadedFile):
    """A file on its way in. Unless it is kept, closing the request removes it."""

    def __init__(self, folder: Path, name: str, content_type: str, charset: str | None) -> None:
        # Lives until the request is closed. Not removed by closing: what is kept has the name of no other then.
        self.digest = hashlib.sha256()
        self.place = NamedTemporaryFile(dir=folder, prefix=".incoming-", delete=False)  # noqa: SIM115 - see above
        super().__init__(self.place.file, name, content_type, 0, charset)

    @property
    def sha256(self) -> str:
        """Of what has come in so far."""
        return self.digest.hexdigest()

    def close(self) -> None:
        """Remove it."""
        self.place.close()
        Path(self.place.name).unlink(missing_ok=True)

    def keep(self) -> str:
        """Give it its random name; the path below SLIDE_ROOT. Of the sender's name only a plain ending is left.

        It is renamed and nothing happens to it afterwards: ingest may take its stamp at once.
        """
        ending = Path(self.name or "").suffix.lower()
        here = Path(self.place.name)
        target = here.with_name(f"{uuid4().hex}{ending if SUFFIX.fullmatch(ending) else ''}")
        self.place.flush()
        here.chmod(0o640)
        here.rename(target)
        return str(target.relative_to(Path(settings.SLIDE_ROOT).resolve()))


class SlideUploadHandler(FileUploadHandler):
    """Streams the one file of a form to the laboratory's folder; stops at the limit and says so in `too_large`."""

    chunk_size = 4 * 1024 * 1024

    def __init__(self, folder: Path, most: int) -> None:
        super().__init__()
        self.folder = folder
        self.most = most
        self.too_large = False
        self.incoming: IncomingSlide | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The file begins; a second one is refused."""
        super().new_file(*args, **kwargs)
        if self.incoming is not None:
            raise StopUpload(connection_reset=True)
        self.incoming = IncomingSlide(self.folder, self.file_name or "", self.content_type or "", self.charset)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        if start + len(raw_data) > self.most:
            self.too_large = True
            self.upload_interrupted()
            raise StopUpload(connection_reset=True)
        if self.incoming is not None:
            self.incoming.write(raw_data)
            self.incoming.digest.update(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """All of it is here."""
        if self.incoming is not None:
            self.incoming.seek(0)
            self.incoming.size = file_size
        return self.incoming

    def upload_interrupted(self) -> None:
        """The sender went away: nothing half stays."""
        if self.incoming is not None:
            self.incoming.close()


def folder_of(organisation: UUID) -> Path:
    """The laboratory's folder for what it sends in, made if need be."""
    folder = Path(settings.SLIDE_ROOT).resolve() / FOLDER / organisation.hex
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return folder


def discard(path: str) -> None:
    """Remove a file that was sent in; files found elsewhere belong to somebody else and stay."""
    root = Path(settings.SLIDE_ROOT).resolve()
    target = (root / path).resolve()
    if target.is_relative_to(root / FOLDER):
        target.unlink(missing_ok=True)
