"""After a kill of both launcher and watcher: stops every recorded process that is still the one recorded."""

from deploy.launcher import records
from deploy.launcher.layout import Layout
from deploy.launcher.say import Refusal, step


def clear(layout: Layout) -> None:
    """Stop what an earlier run left. Needs the lock. Two servers on one data folder would be worse than waiting."""
    left = [record for record in records.read(layout.children) if record.remains]
    if left:
        with step(f"stopping what a killed run left ({len(left)})"):
            records.stop(left)
    if stuck := [record for record in left if record.remains]:
        raise Refusal(
            "These processes of an earlier run do not stop: "
            + ", ".join(f"{record.name} ({record.pid})" for record in stuck)
            + ". Stop them, then start again."
        )
