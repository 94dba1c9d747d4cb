"""What follows once a file was put into quarantine, or left it.

Files lie below messages, so this room, the lowest that sees both, tells people.
"""

from __future__ import annotations

from apps.assurance import tasks
from apps.audit.subscriptions import Recorded, subscribe
from apps.evidence import trail


@subscribe(trail.FILE_QUARANTINED, trail.FILE_RELEASED)
def tell_uploader(recorded: Recorded) -> None:
    """A worker tells who handed the file in."""
    tasks.tell_uploader.delay(str(recorded.object_id))
