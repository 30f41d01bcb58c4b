"""The owner makes the rules, the app works under them, and a half-made demo is never served."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.launcher import databases
from deploy.launcher.databases import APP, NAME, NEW, OWNER, url
from deploy.launcher.postgres import connect
from deploy.launcher.say import Refusal
from tests.deploy.conftest import Launcher


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket folder of a server of its own, with the roles and an empty database."""
    place = Launcher(tmp_path_factory.mktemp("cluster") / "var")
    run = place.run_until_ready("sh", "-c", "echo ready; echo $DATABASE_URL; exec cat")
    assert run.stdout
    yield Path(run.stdout.readline().strip().partition("?host=")[2])
    place.close()


@pytest.fixture
def sockets(cluster: Path) -> Path:
    """The same, with the empty database as the first start makes it."""
    with connect(cluster) as db:
        databases.drop(db, NAME)
        databases.drop(db, NEW)
    databases.ensure_bare(cluster)
    return cluster


def _as(role: str, sockets: Path, name: str = NAME) -> psycopg.Connection:
    return psycopg.connect(url(sockets, role, name), autocommit=True)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE thing",
        "ALTER TABLE thing ADD COLUMN other text",
        "ALTER TABLE thing DISABLE TRIGGER ALL",
        "DROP TABLE thing",
        "CREATE TABLE other (id int)",
        "CREATE TEMPORARY TABLE other (id int)",
        "CREATE SCHEMA other",
        "CREATE DATABASE other",
        "SET ROLE consilium_owner",
    ],
)
def test_the_app_can_change_no_rule(sockets: Path, statement: str) -> None:
    with _as(OWNER, sockets) as owner:
        owner.execute("CREATE TABLE thing (id bigint GENERATED ALWAYS AS IDENTITY)")
    with _as(APP, sockets) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_app_works_with_rows_also_in_a_clone_the_owner_made(sockets: Path) -> None:
    with _as(OWNER, sockets) as owner:
        owner.execute("CREATE TABLE thing (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
    with _as(OWNER, sockets, "postgres") as owner:
        owner.execute("CREATE DATABASE clone TEMPLATE consilium STRATEGY file_copy")
    try:
        with _as(APP, sockets, "clone") as app:
            app.execute("INSERT INTO thing (name) VALUES ('a')")
            app.execute("UPDATE thing SET name = 'b'")
            assert app.execute("DELETE FROM thing RETURNING name").fetchall() == [("b",)]
    finally:
        with connect(sockets) as db:
            databases.drop(db, "clone")


def test_a_half_made_demo_is_made_anew_and_a_complete_one_kept(sockets: Path) -> None:
    databases.start_new(sockets)
    with _as(OWNER, sockets, NEW) as owner:
        owner.execute("CREATE TABLE half (id int)")
    assert databases.demo_state(sockets) is None

    databases.start_new(sockets)
    with _as(OWNER, sockets, NEW) as owner:
        assert owner.execute("SELECT to_regclass('half')").fetchone() == (None,)
        owner.execute("CREATE TABLE whole (id int)")
    databases.finish_new(sockets, {"made": "demo", "migrations": "abc"})
    assert databases.demo_state(sockets) == {"made": "demo", "migrations": "abc"}
    with _as(APP, sockets) as app:
        assert app.execute("SELECT count(*) FROM whole").fetchone() == (0,)


def test_tables_that_somebody_made_are_never_thrown_away(sockets: Path) -> None:
    with _as(OWNER, sockets) as owner:
        owner.execute("CREATE TABLE mine (id int)")
    with pytest.raises(Refusal, match="make demo-reset"):
        databases.demo_state(sockets)


def test_a_named_database_that_was_interrupted_half_way_is_refused(sockets: Path) -> None:
    with _as(OWNER, sockets) as owner:
        databases.mark(owner, NAME, {})
        assert databases.foreign_state(owner) is None
        databases.mark(owner, NAME, {"made": "half"})
        owner.execute("CREATE TABLE half (id int)")
        with pytest.raises(Refusal, match=r"interrupted .* Name an empty one"):
            databases.foreign_state(owner)
