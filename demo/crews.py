"""Who works where, and which files each vendor hands in, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from demo import portfolio as p
from demo import tables
from demo.tables import Table, Worker


@dataclass(frozen=True)
class Handover:
    """One file on its way in."""

    party: p.Party
    table: Table
    is_training: bool = False
    is_complete: bool = False


def handovers(anchor: date) -> Iterator[Handover]:
    """Rosters first, then training, then the roster of those who stayed."""
    assigned = anchor - timedelta(days=120)
    contact, member = _meridian(anchor)
    northgate = tables.crew(
        "NPS",
        "northgate.example",
        60,
        p.APPOINTMENTS,
        channels="Voice",
        sites=["DEN-1"],
        anchor=anchor,
    )
    solaris = _solaris(anchor)
    night = tables.crew(
        "NWA",
        "nightwatch.example",
        40,
        p.NIGHT_SHIFT,
        channels="Chat",
        sites=["CPT-1"],
        anchor=anchor,
    )
    rows = tables.roster_rows
    yield Handover(
        p.MERIDIAN, tables.text_table("roster.csv", rows(contact + member, assigned))
    )
    yield Handover(
        p.NORTHGATE, tables.workbook("roster.xlsx", rows(northgate, assigned))
    )
    yield Handover(
        p.SOLARIS,
        tables.text_table(
            "personal.csv", rows(solaris, assigned), delimiter=";", encoding="latin-1"
        ),
    )
    late = anchor - timedelta(days=60)
    yield Handover(
        p.NIGHTWATCH,
        tables.text_table(
            "roster.tsv", rows(night, late), delimiter="\t", encoding="utf-16"
        ),
    )
    yield from _training(anchor, contact + member, northgate, solaris, night)
    stayed = [w for w in contact + member if int(w.number[-4:]) % 40 != 3]
    yield Handover(
        p.MERIDIAN,
        tables.text_table("roster-complete.csv", rows(stayed, assigned)),
        is_complete=True,
    )


def _meridian(anchor: date) -> tuple[list[Worker], list[Worker]]:
    """Patient contact within its scope; member chat over its ceiling, by voice too."""
    contact = tables.crew(
        "MCL",
        "meridian.example",
        160,
        p.PATIENT_CONTACT,
        channels="Chat; Voice",
        sites=["MNL-1", "CEB-2", "MNL-HOME"],
        anchor=anchor,
    )
    member = tables.crew(
        "MCL",
        "meridian.example",
        60,
        p.MEMBER_CHAT,
        channels="Chat; Voice",
        sites=["MNL-1", "CEB-2"],
        anchor=anchor,
        start=161,
    )
    return contact, member


def _solaris(anchor: date) -> list[Worker]:
    claims = tables.crew(
        "SCG",
        "solaris.example",
        50,
        p.CLAIMS,
        channels="Voice; E-mail",
        sites=["BOG-1", "MDE-1"],
        anchor=anchor,
    )
    overflow = tables.crew(
        "SCG",
        "solaris.example",
        30,
        p.OVERFLOW,
        channels="Chat",
        sites=["BOG-1"],
        anchor=anchor,
        start=51,
    )
    return claims + overflow


def _training(
    anchor: date,
    meridian: list[Worker],
    northgate: list[Worker],
    solaris: list[Worker],
    night: list[Worker],
) -> Iterator[Handover]:
    yield Handover(p.MERIDIAN, tables.litmos_export(meridian, anchor), is_training=True)
    yield Handover(
        p.NORTHGATE,
        tables.totara_export(northgate, anchor, expiring=8),
        is_training=True,
    )
    yield Handover(
        p.SOLARIS,
        tables.hr_export(
            "formacion.csv", solaris, anchor, delimiter=";", encoding="latin-1"
        ),
        is_training=True,
    )
    yield Handover(
        p.NIGHTWATCH,
        tables.hr_export(
            "training.tsv", night[:30], anchor, delimiter="\t", encoding="utf-16"
        ),
        is_training=True,
    )
