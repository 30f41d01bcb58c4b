"""The demo's database: made once under another name, given its name when complete, migrated when migrations change."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg

from deploy.launcher import databases, valkey
from deploy.launcher.databases import Comment
from deploy.launcher.derive import SAMPLES
from deploy.launcher.family import Family
from deploy.launcher.layout import Layout
from deploy.launcher.prepare import manage, migrations_hash
from deploy.launcher.say import Refusal, line, step

SEED = ("demo", "--samples", str(SAMPLES))
MONTHS = ("audit_partitions",)  # the past that was made has no months yet
FILES = ("storage", "slides", "beat", "who.json")  # below var: they belong to the rows of one database


def forget_files(layout: Layout) -> None:
    """Remove the files that belong to rows that are no more. The mails' folders stay: the sink holds them open."""
    for name in FILES:
        path = layout.var / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for mail in (layout.var / "mail").glob("*/*"):
        mail.unlink()


def _fill(family: Family, env: dict[str, str]) -> None:
    """Tables, the mark that time here is simulated, people and cases."""
    for label, words in (
        ("tables", ("migrate", "--noinput", "--verbosity", "0")),
        ("simulated clock", ("make_simulated",)),
        ("demo people, cases and slides", SEED),
        ("the record by the month", MONTHS),
    ):
        with step(label):
            family.finish(manage(family, env, *words))


def _update(family: Family, env: dict[str, str], state: Comment, save: Callable[[Comment], None]) -> None:
    """Migrate if the migrations are not those the database has; bring in the visitor's slides if asked to."""
    if state.get("migrations") != (now := migrations_hash()):
        with step("tables"):
            family.finish(manage(family, env, "migrate", "--noinput", "--verbosity", "0"))
            family.finish(manage(family, env, *MONTHS))
            family.finish(manage(family, env, "legal_presets"))
        save({"made": "demo", "migrations": now})
    if env.get("DEMO_SLIDES"):
        with step("your slides"):
            family.finish(manage(family, env, *SEED))


def _own(family: Family, env: dict[str, str], sockets: Path) -> None:
    if state := databases.demo_state(sockets):
        _update(family, env, state, lambda what: databases.save(sockets, what))
        return
    forget_files(family.layout)
    valkey.ask(family.layout.socket("redis"), "FLUSHALL")
    databases.start_new(sockets)
    new = {
        "DATABASE_URL": databases.url(sockets, databases.APP, databases.NEW),
        "DATABASE_OWNER_URL": databases.url(sockets, databases.OWNER, databases.NEW),
        "PGOPTIONS": "-c synchronous_commit=off",  # nothing is served before finish_new has put it all on the disk
    }
    _fill(family, env | new)
    databases.finish_new(sockets, {"made": "demo", "migrations": migrations_hash()})


def _foreign(family: Family, env: dict[str, str]) -> None:
    with psycopg.connect(env.get("DATABASE_OWNER_URL") or env["DATABASE_URL"], autocommit=True) as db:
        name = db.info.dbname
        if state := databases.foreign_state(db):
            _update(family, env, state, lambda what: databases.mark(db, name, what))
            return
        databases.mark(db, name, {"made": "half"})
        _fill(family, env)
        databases.mark(db, name, {"made": "demo", "migrations": migrations_hash()})


def visitors_slides(env: dict[str, str]) -> dict[str, str]:
    """What tells the seeder where the visitor's own slides lie (`make demo SLIDES=/folder`)."""
    if not (named := env.get("SLIDES")):
        return {}
    folder = Path(named).expanduser().resolve()
    if not folder.is_dir():
        raise Refusal(f"SLIDES={named} is not a folder.")
    return {"DEMO_SLIDES": str(folder)}


def prepare(family: Family, env: dict[str, str], sockets: Path | None) -> None:
    """After this the database of `env` is a complete demo, as the code expects it."""
    if sockets:
        _own(family, env, sockets)
    else:
        _foreign(family, env)
    if env.get("DEMO_SLIDES"):
        line((family.layout.log / "demo.log").read_text().rstrip().rpartition("\n")[2])


def who(family: Family, env: dict[str, str]) -> str:
    """The demo people and what to try as each, as `manage.py demo --who` tells it; asked once per address."""
    kept = family.layout.var / "who.json"
    try:
        found = json.loads(kept.read_text())
        if found["origin"] == env["PUBLIC_ORIGIN"]:
            return str(found["text"])
    except (OSError, ValueError, KeyError):
        pass
    (family.layout.log / "who.log").unlink(missing_ok=True)
    quiet = {"PYTHONWARNINGS": "ignore", "LOG_LEVEL": "CRITICAL"}  # the log is what the person reads
    family.finish(manage(family, env | quiet, "demo", "--who", log="who"))
    text = (family.layout.log / "who.log").read_text()
    kept.write_text(json.dumps({"origin": env["PUBLIC_ORIGIN"], "text": text}))
    return text
