"""Who reviews a line, by the rules an organization gave itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.access_reviews.rules.decisions import is_own

Team = tuple[UUID, UUID | None]
"""An engagement, and the site its agents work from there; None: not stated."""


@dataclass(frozen=True, slots=True)
class ReviewerScope:
    """Lines somebody reviews: of a system, of a team, or of both; of all without any.

    A team is the agents of an engagement, of a site, or of an engagement at a site.
    """

    reviewer: UUID
    email: str
    system: UUID | None = None
    engagement: UUID | None = None
    site: UUID | None = None

    @property
    def weight(self) -> tuple[int, int]:
        """The more is named the closer it is; a team is closer than a system."""
        team = sum(part is not None for part in (self.engagement, self.site))
        return team, int(self.system is not None)

    def covers(self, *, system: UUID, teams: Collection[Team]) -> bool:
        """Tell whether a line of the system, about somebody of the teams, is meant."""
        if self.system not in {None, system}:
            return False
        if self.engagement is None and self.site is None:
            return True
        return any(
            self.engagement in {None, engagement} and self.site in {None, site}
            for engagement, site in teams
        )


def reviewer_for(
    scopes: Iterable[ReviewerScope],
    *,
    system: UUID,
    teams: Collection[Team],
    subject: Collection[str],
) -> UUID | None:
    """Return who reviews a line: the closest scope of somebody whom it is not about.

    Between equally close ones the first given. None: any manager.
    """
    found = [
        scope
        for scope in scopes
        if scope.covers(system=system, teams=teams) and not is_own(subject, scope.email)
    ]
    return max(found, key=lambda scope: scope.weight).reviewer if found else None
