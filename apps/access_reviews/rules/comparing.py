"""Where two lists of the same people disagree: a personnel list and a system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.access_reviews.enums import AccountKind, AccountStatus

NOBODYS = frozenset({AccountKind.ROOT, AccountKind.SERVICE})
ENDED = frozenset({AccountStatus.SUSPENDED, AccountStatus.REMOVED})


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in one list: how the list names them, their unit, whether it says that
    they are gone or their account is closed. ``is_expected`` False: known, but needs
    no account in what is compared."""

    name: str
    unit: str = ""
    has_ended: bool = False
    is_expected: bool = True


@dataclass(frozen=True, slots=True)
class Differences:
    """Keys of people by what differs.

    ``missing``: there in the reference, without any account. ``extra``: an account
    that works, of somebody the reference does not know. ``ended``: gone in the
    reference, with an account that works. ``moved``: another unit.
    """

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    ended: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the lists agree."""
        return not (self.missing or self.extra or self.ended or self.moved)


def differences(
    reference: Mapping[str, Listed], other: Mapping[str, Listed]
) -> Differences:
    """Compare a list with the reference. A unit that one of them does not state is no
    difference; case and spaces are none either."""
    works = {key for key, each in other.items() if not each.has_ended}
    gone = {key for key, each in reference.items() if each.has_ended}
    wanted = {key for key, each in reference.items() if each.is_expected} - gone
    both = works & set(reference) - gone
    return Differences(
        missing=tuple(sorted(wanted - set(other))),
        extra=tuple(sorted(works - set(reference))),
        ended=tuple(sorted(works & gone)),
        moved=tuple(
            sorted(key for key in both if _is_moved(reference[key], other[key]))
        ),
    )


def _is_moved(one: Listed, two: Listed) -> bool:
    units = {" ".join(each.unit.casefold().split()) for each in (one, two)}
    return len(units - {""}) == 2
