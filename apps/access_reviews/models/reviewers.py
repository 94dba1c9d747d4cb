"""Who reviews which lines when a campaign opens."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.access_reviews.models.systems import System
from apps.core.models import Record
from apps.engagements.models import Engagement
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.workforce.models import Site


class ReviewerRule(Record):
    """A member reviews the lines of a system, of a team, or of both; without any, all.

    A team is the agents assigned to an engagement, working from a site, or both. One
    rule for the same lines runs at a time.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(
        System, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    engagement = models.ForeignKey(
        Engagement, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects = OrganizationScopedQuerySet["ReviewerRule"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "system", "engagement", "site"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="reviewer_rule_running",
            ),
        ]

    def __str__(self) -> str:
        parts = [
            str(part) for part in (self.system, self.engagement, self.site) if part
        ]
        return ", ".join(parts) or "Every line"
