"""Sites a certificate covers beside the sites agents work from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class SiteStanding(StrEnum):
    """How one site compares."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    NOT_USED = "not_used"
    NOT_SAID = "not_said"


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site: how many agents work from it and whether the certificate names it."""

    code: str
    agents: int
    standing: SiteStanding


def covers(newer: Iterable[str], older: Iterable[str]) -> bool:
    """Whether one paper can stand in for another: it names every site the other names,
    or none at all. Our own default."""
    named = {code.casefold() for code in newer}
    return not named or {code.casefold() for code in older} <= named


def compare_sites(covered: Iterable[str], used: Mapping[str, int]) -> list[SiteLine]:
    """Compare codes without regard to case: not covered first, then by code.

    A certificate that names no site leaves it open; every site used is then *not
    said*, never covered.
    """
    named = {code.casefold(): code for code in covered}
    lines = [_line(code, count, named) for code, count in used.items()]
    works = {code.casefold() for code in used}
    lines += [
        SiteLine(code, 0, SiteStanding.NOT_USED)
        for key, code in named.items()
        if key not in works
    ]
    return sorted(lines, key=lambda line: (_ORDER[line.standing], line.code))


_ORDER = {
    SiteStanding.NOT_COVERED: 0,
    SiteStanding.NOT_SAID: 1,
    SiteStanding.COVERED: 2,
    SiteStanding.NOT_USED: 3,
}


def _line(code: str, count: int, named: Mapping[str, str]) -> SiteLine:
    if not named:
        return SiteLine(code, count, SiteStanding.NOT_SAID)
    is_named = code.casefold() in named
    standing = SiteStanding.COVERED if is_named else SiteStanding.NOT_COVERED
    return SiteLine(code, count, standing)
