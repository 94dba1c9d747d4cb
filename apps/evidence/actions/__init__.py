"""Storing, attaching, reviewing, holding and scanning files."""

from apps.evidence.actions.attaching import attach, end_attachment, review_attachment
from apps.evidence.actions.holding import (
    destroy,
    place_hold,
    release_hold,
    restrict,
)
from apps.evidence.actions.parking import Parcel, park, parked, unpark
from apps.evidence.actions.scanning import scan_waiting
from apps.evidence.actions.sealing import Sealing, seal_files
from apps.evidence.actions.storing import (
    Handed,
    check_takeable,
    note_download,
    store_file,
    store_files,
    sweep_orphans,
)

__all__ = [
    "Handed",
    "Parcel",
    "Sealing",
    "attach",
    "check_takeable",
    "destroy",
    "end_attachment",
    "note_download",
    "park",
    "parked",
    "place_hold",
    "release_hold",
    "restrict",
    "review_attachment",
    "scan_waiting",
    "seal_files",
    "store_file",
    "store_files",
    "sweep_orphans",
    "unpark",
]
