"""How the launcher starts the application: behind sockets that nobody else on the machine can open."""

from pathlib import Path
from typing import Any, cast

from deploy.launcher import processes
from deploy.launcher.family import Family


class Started:
    """Stands in for a family: remembers the command instead of starting it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.layout = self
        self.command: list[str] = []

    def socket(self, name: str) -> Path:
        return self.folder / f"{name}.sock"

    def start(self, name: str, *command: object, **more: Any) -> None:
        self.command = [str(word) for word in command]


def test_every_server_listens_on_a_socket_of_its_owner_alone(tmp_path: Path) -> None:
    for process in (processes.web, processes.tiles, processes.live):
        started = Started(tmp_path)
        process(cast(Family, started), {})
        options = dict(zip(started.command, started.command[1:], strict=False))
        assert options["--uds"].startswith(str(tmp_path))
        assert options["--uds-permissions"] == "0600"
        assert "--host" not in options and "--port" not in options
