"""Says whether the record of who did what is as it was written: 0 when it is, 1 with every fault when it is not."""

from argparse import ArgumentParser
from base64 import b64encode
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from core.actor import Door, system
from core.audit.models import AuditAnchor, AuditEvent, AuditRetirement, AuditSeal, Outcome
from core.audit.own_names import VERIFIED
from core.audit.record import record
from core.audit.seal.anchor import notes
from core.audit.seal.checkpoint import public_keys, read
from core.audit.seal.sealer import unsealed
from core.audit.seal.verify import verify


class Command(BaseCommand):
    help = "Hold the record against its seals, and the seals against the copies that were kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The copies are read from AUDIT_ANCHOR_FILE unless another file is given."""
        parser.add_argument("--anchors", type=Path, help="a file of checkpoints that were kept elsewhere, oldest first")
        parser.add_argument("--public-key", action="store_true", help="print the public half of the key, and no more")

    def handle(self, *args: object, anchors: Path | None = None, public_key: bool = False, **options: object) -> None:
        """Raises CommandError with the number of faults."""
        if public_key:
            self.stdout.write(b64encode(public_keys()[0]).decode())
            return
        copied = list(AuditAnchor.objects.values_list("seal", flat=True))  # before the file is read, which may grow
        file = anchors or (Path(settings.AUDIT_ANCHOR_FILE) if settings.AUDIT_ANCHOR_FILE else None)
        try:
            kept = notes(file) if file else []
        except OSError as error:
            raise CommandError(f"The copies cannot be read: {error.strerror}.") from error
        codes = []
        for fault in verify(kept, copied=copied if file and not anchors else ()):
            codes.append(fault.code)
            self.stderr.write(f"{fault.code}: {fault.text}")
        seals, waiting = AuditSeal.objects.count(), unsealed().count()
        record(
            system("verify_audit", Door.COMMAND),
            VERIFIED,
            outcome=Outcome.FAILED if codes else Outcome.SUCCESS,
            object_kind="audit",
            facts={"seals": seals, "copies": len(kept), "faults": len(codes), "codes": sorted(set(codes))},
        )
        if codes:
            raise CommandError(f"{len(codes)} faults.")
        retired = AuditRetirement.objects.aggregate(rows=Sum("count"))["rows"] or 0
        said = f"{AuditEvent.objects.count()} entries, {retired} retired after their time, {seals} seals, "
        said += f"{waiting} entries waiting for their seal, {len(kept)} copies kept elsewhere: no fault."
        self.stdout.write(said)
        if kept:
            after = AuditSeal.objects.filter(number__gt=read(kept[-1]).number).order_by("number")
            if since := after.first():
                self.stdout.write(
                    f"{after.count()} seals, from {since.at:%Y-%m-%d %H:%M} UTC on, come after these copies."
                )
        else:
            self.stdout.write(
                "No copies kept elsewhere were compared: a rewritten record as a whole would not be found."
            )
