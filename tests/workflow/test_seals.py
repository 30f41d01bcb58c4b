"""The record is sealed without making anybody wait, and whatever is done to it afterwards is found out."""

import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from core.actor import Actor
from core.audit.models import AuditAnchor, AuditEvent, AuditLeaf, AuditSeal
from core.audit.record import record
from core.audit.seal import tree
from core.audit.seal.anchor import NotAnchored, anchor, notes
from core.audit.seal.checkpoint import Checkpoint, origin
from core.audit.seal.sealer import NOTHING, seal, seal_hash, unsealed
from core.audit.seal.verify import verify
from tests import databases
from tests.cast import World

pytestmark = [pytest.mark.commits, pytest.mark.ci]
TABLES = ("audit_auditevent", "audit_auditseal", "audit_auditleaf", "audit_auditanchor")
PATIENCE = 3_000  # looks, 20 ms apart
OTHER_KEY = b64encode(b"another key of thirty-two bytes.").decode()

# Data and roots of the test vectors of Certificate Transparency, whose tree RFC 6962 describes.
DATA = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.fixture
def sealed(world: World) -> World:
    """A record of several seals, none of which is wrong."""
    seal_rows(AuditEvent.objects.count())
    for _ in range(3):
        look(world.asker)
        look(world.expert)
        seal_rows(2)
    assert codes() == []
    return world


def seal_rows(rows: int) -> None:
    """Seal so many. Transactions are counted in the whole server, so those of tests beside this one hold the sealer up
    for a moment, as a slow request would."""
    sealed = 0
    for _ in range(PATIENCE):
        sealed += seal()
        if sealed >= rows:
            break
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
    assert sealed == rows


def look(actor: Actor) -> AuditEvent:
    return record(actor, "case.read", object_kind="case")


def codes(*kept: str) -> list[str]:
    """What does not fit, each once."""
    return list(dict.fromkeys(fault.code for fault in verify(kept)))


def tamper(*statements: str) -> None:
    """What the owner of the tables can do, and the application cannot."""
    with databases.as_owner() as owner:
        owner.execute("ALTER TABLE audit_auditleaf DROP CONSTRAINT IF EXISTS audit_leaf_under_a_seal")
        owner.execute("ALTER TABLE audit_auditanchor DROP CONSTRAINT IF EXISTS audit_copy_of_a_seal")
        for table in (*TABLES, "audit_auditretirement", "audit_auditretired"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            owner.execute(statement)


def newest() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk")[0]


@pytest.mark.parametrize("size", ROOTS)
def test_the_tree_is_that_of_the_standard(size: int) -> None:
    assert tree.root([sha256(b"\0" + bytes.fromhex(each)).hexdigest() for each in DATA[:size]]) == ROOTS[size]


def test_a_seal_covers_every_column() -> None:
    assert set(tree.SCHEMES[tree.SCHEME]) == {field.name for field in AuditEvent._meta.concrete_fields}


def test_every_row_is_sealed_once_and_nothing_is_wrong(world: World) -> None:
    seal_rows(AuditEvent.objects.count())
    assert AuditLeaf.objects.count() == AuditEvent.objects.count()
    assert seal() == 0
    assert not unsealed().exists()
    assert codes() == []


def test_a_row_of_a_transaction_that_ends_later_waits_and_is_not_skipped(world: World) -> None:
    seal_rows(AuditEvent.objects.count())
    before = AuditSeal.objects.count()
    with psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]) as slow:
        slow.execute("SELECT pg_current_xact_id()")  # this one has begun before those
        first, second = look(world.asker), look(world.expert)
        assert seal() == 0, "both are above the oldest running transaction"
        slow.commit()
    seal_rows(2)
    assert set(AuditLeaf.objects.filter(seal__gt=before).values_list("event", flat=True)) == {first.pk, second.pk}


@pytest.mark.parametrize("table", TABLES[1:])
@pytest.mark.parametrize("what", ["UPDATE {} SET seal = seal", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_only_adds_to_the_seals(sealed: World, table: str, what: str) -> None:
    AuditAnchor.objects.create(seal=1, at=newest().at)
    column = "count" if table == "audit_auditseal" else "seal"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(what.replace("seal = seal", f"{column} = {column}").format(table))


def test_a_changed_byte_is_found(sealed: World) -> None:
    tamper(f"UPDATE audit_auditevent SET address = '10.0.0.2' WHERE id = '{newest().pk}'")
    assert codes() == ["row_changed"]


def test_a_deleted_row_is_found(sealed: World) -> None:
    tamper(f"DELETE FROM audit_auditevent WHERE id = '{newest().pk}'")
    assert codes() == ["row_missing"]


def test_a_row_deleted_with_its_leaf_is_found(sealed: World) -> None:
    key = newest().pk
    tamper(f"DELETE FROM audit_auditevent WHERE id = '{key}'", f"DELETE FROM audit_auditleaf WHERE event = '{key}'")
    assert codes() == ["leaves_changed"]


def test_a_deleted_tail_is_found_by_its_copy(sealed: World, settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "copies")
    anchor()
    last = AuditSeal.objects.order_by("-number")[0].number
    tamper(
        f"DELETE FROM audit_auditevent WHERE id IN (SELECT event FROM audit_auditleaf WHERE seal = {last})",
        f"DELETE FROM audit_auditleaf WHERE seal = {last}",
        f"DELETE FROM audit_auditseal WHERE number = {last}",
    )
    assert codes(*notes(tmp_path / "copies")) == ["tail_missing"]


def test_a_seal_taken_from_the_middle_is_found(sealed: World) -> None:
    tamper("DELETE FROM audit_auditseal WHERE number = 2")
    assert "seal_missing" in codes()


def test_two_rows_that_changed_places_are_found(sealed: World) -> None:
    one, two = AuditEvent.objects.order_by("-pk")[:2]
    spare = "00000000-0000-0000-0000-000000000000"
    swap = "UPDATE audit_auditevent SET id = '{}' WHERE id = '{}'"
    tamper(swap.format(spare, one.pk), swap.format(one.pk, two.pk), swap.format(two.pk, spare))
    assert codes() == ["row_changed"]


def rewrite() -> None:
    """Change a row, then every hash and seal that depends on it, as somebody would who owns the whole database."""
    forged = AuditEvent.objects.get(pk=AuditLeaf.objects.filter(seal=1).order_by("position")[0].event)
    forged.person_name = "Nobody"
    statements = [f"UPDATE audit_auditevent SET person_name = 'Nobody' WHERE id = '{forged.pk}'"]
    statements.append(f"UPDATE audit_auditleaf SET hash = '{tree.leaf(forged)}' WHERE event = '{forged.pk}'")
    previous = NOTHING
    for each in AuditSeal.objects.order_by("number"):
        leaves = AuditLeaf.objects.filter(seal=each.number).order_by("position")
        hashes = [tree.leaf(forged) if leaf.event == forged.pk else leaf.hash for leaf in leaves]
        each.previous, each.root = previous, tree.root(hashes)
        each.hash = previous = seal_hash(each)
        note = Checkpoint(origin(), each.number, each.total, each.hash).signed()
        statements.append(
            f"UPDATE audit_auditseal SET previous = '{each.previous}', root = '{each.root}', hash = '{each.hash}', "
            f"checkpoint = '{note}' WHERE number = {each.number}"
        )
    tamper(*statements)


def test_a_chain_rewritten_without_the_key_is_found(sealed: World, settings: Settings) -> None:
    own = settings.AUDIT_SIGNING_KEY
    settings.AUDIT_SIGNING_KEY = OTHER_KEY
    rewrite()
    settings.AUDIT_SIGNING_KEY = own
    assert codes() == ["not_signed"]


def test_a_chain_rewritten_with_the_key_is_found_by_its_copy(sealed: World, settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "copies")
    anchor()
    rewrite()
    assert codes() == [], "nothing but a copy elsewhere can tell"
    assert codes(*notes(tmp_path / "copies")) == ["rewritten"]


def put_in(**forged: str) -> None:
    """A copy of a row of two days ago, under a key of its own; `forged` are columns with what they hold in SQL."""
    columns = [str(field.column) for field in AuditEvent._meta.concrete_fields]
    old = {"id": "'01000000-0000-7000-8000-000000000001'", "at": "at - interval '2 days'", **forged}
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(old.get(name, f'"{name}"') for name in columns)
    tamper(f"INSERT INTO audit_auditevent ({names}) SELECT {values} FROM audit_auditevent ORDER BY id DESC LIMIT 1")


def test_a_row_put_in_afterwards_with_an_old_time_is_found(sealed: World) -> None:
    put_in(transaction="pg_current_xact_id()::text")
    assert codes() == ["not_sealed"]
    seal_rows(1)
    assert codes() == ["back_dated"]


def test_a_row_put_in_with_a_forged_transaction_is_found(sealed: World) -> None:
    put_in(transaction="'3'")
    assert seal() == 0, "nothing goes under a seal that looked there before"
    assert codes() == ["not_sealed"]


LOOSE = "INSERT INTO audit_auditleaf (event, seal, position, hash) VALUES ('{}', {}, {}, repeat('0', 64))"


def test_the_application_lists_nothing_under_a_seal_that_is_not_there(sealed: World) -> None:
    fresh = look(sealed.asker)
    for statement in (LOOSE.format(fresh.pk, 10**12, 0), "INSERT INTO audit_auditanchor (seal, at) VALUES (99, now())"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_row_put_in_with_a_leaf_of_no_seal_is_found(sealed: World) -> None:
    """As if it were sealed: nothing would ever look at it."""
    put_in(transaction="pg_current_xact_id()::text")
    forged = AuditEvent.objects.get(pk="01000000-0000-7000-8000-000000000001")
    tamper(LOOSE.format(forged.pk, 10**12, 0))
    assert codes() == ["leaf_without_seal", "not_sealed"]


def test_a_row_listed_under_another_seal_is_found(sealed: World) -> None:
    fresh = look(sealed.asker)
    with connection.cursor() as cursor:
        cursor.execute(LOOSE.format(fresh.pk, 1, 2_000_000))
    assert "leaves_changed" in codes()


@pytest.mark.parametrize("code", ["not_sealed", "post_dated"])
def test_a_row_that_says_a_time_to_come_is_found(sealed: World, code: str) -> None:
    put_in(at="at + interval '6 years'", transaction="pg_current_xact_id()::text")
    if code == "post_dated":
        seal_rows(1)
    assert codes() == [code]


def test_a_restored_record_fits_and_is_sealed_on(sealed: World) -> None:
    """In another place transactions are counted anew, so the last seal knows later ones than there are."""
    tamper("UPDATE audit_auditseal SET below = '999999999999' WHERE number = (SELECT max(number) FROM audit_auditseal)")
    assert codes() == []
    look(sealed.asker)
    seal_rows(1)
    look(sealed.asker)
    seal_rows(1)
    assert codes() == []
    assert not unsealed().exists()


def test_a_former_key_is_still_believed(sealed: World, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit", "--public-key")
    former = capsys.readouterr().out.strip()
    settings.AUDIT_SIGNING_KEY = OTHER_KEY
    assert codes() == ["not_signed"]
    settings.AUDIT_FORMER_KEYS = [former]
    assert codes() == []


def test_a_new_name_of_the_installation_breaks_no_seal(sealed: World, settings: Settings) -> None:
    settings.PUBLIC_ORIGIN = "https://another.example"
    assert codes() == []


def test_a_copy_that_fails_is_made_with_the_next_tick(sealed: World, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "copies"
    settings.AUDIT_ANCHOR_COMMAND = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(NotAnchored):
        anchor()
    assert not AuditAnchor.objects.exists()
    write = f"import sys, pathlib; pathlib.Path({str(file)!r}).write_text(sys.stdin.read())"
    settings.AUDIT_ANCHOR_COMMAND = [sys.executable, "-c", write]
    made = anchor()
    assert made is not None
    assert made.seal == AuditSeal.objects.count()
    assert anchor() is None, "it is there already"
    assert codes(*notes(file)) == []


def test_a_copy_that_was_changed_is_not_believed(sealed: World, settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "copies")
    anchor()
    file = tmp_path / "copies"
    file.write_text(file.read_text().replace("\nseal ", "\nseal 1"))
    assert codes(*notes(file)) == ["anchor_unreadable"]


@pytest.mark.parametrize("left", ["the first copy", "nothing"])
def test_a_file_of_copies_that_was_shortened_is_found(
    sealed: World, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], left: str
) -> None:
    """Or the tail of the record could go with the copies that prove it."""
    file = tmp_path / "copies"
    settings.AUDIT_ANCHOR_FILE = str(file)
    anchor()
    look(sealed.asker)
    seal_rows(1)
    anchor()
    capsys.readouterr()
    call_command("verify_audit")
    assert "come after these copies" not in capsys.readouterr().out
    first, second = notes(file)
    (tmp_path / "older").write_text(first)
    call_command("verify_audit", "--anchors", str(tmp_path / "older"))
    assert "1 seals, from " in capsys.readouterr().out
    file.write_text(first if left == "the first copy" else "")
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert "copy_missing" in capsys.readouterr().err
    file.write_text(second)  # begun anew in this place, as after it was moved
    call_command("verify_audit")


def test_the_command_says_whether_all_is_well(
    sealed: World, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = newest().pk
    call_command("verify_audit")
    said = capsys.readouterr().out
    assert "seals, 0 entries waiting for their seal, 0 copies kept elsewhere: no fault." in said
    assert "a rewritten record as a whole would not be found" in said
    told = newest()
    assert (told.action, told.outcome, told.facts["faults"]) == ("audit.verified", "success", 0)
    tamper(f"DELETE FROM audit_auditevent WHERE id = '{key}'")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit")
    assert "row_missing" in capsys.readouterr().err
    assert (newest().outcome, newest().facts["codes"]) == ("failed", ["row_missing"])
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", "--anchors", str(tmp_path / "none"))
