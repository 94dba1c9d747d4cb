"""A case on one engagement, its facts, and how many people it concerns."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.engagements.enums import Channel, PhiCategory
from apps.engagements.models import Engagement, in_words
from apps.incidents.enums import FactName, Kind
from apps.incidents.scoping import (
    CaseScopedQuerySet,
    CountScopedQuerySet,
    IncidentQuerySet,
)
from apps.tenancy.models import Organization, User


class Incident(Record):
    """An event as one engagement's two parties deal with it.

    Until ``shared_at`` it is the reporter's draft. What a subcontractor reported its
    client takes up the chain as a case of its own, ``relayed_from`` the first; so no
    party sees more than its own hop.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    reporter = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    reported_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    summary = models.CharField(max_length=2000)
    channels = ArrayField(
        models.CharField(max_length=30, choices=Channel.choices),
        default=list,
        blank=True,
    )
    systems = models.CharField(max_length=300, blank=True)
    phi_categories = ArrayField(
        models.CharField(max_length=30, choices=PhiCategory.choices),
        default=list,
        blank=True,
    )
    is_exercise = models.BooleanField(default=False)
    shared_at = models.DateTimeField(null=True)
    shared_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    relayed_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="relays"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = IncidentQuerySet["Incident"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index("engagement", "created_at", name="incident_engagement"),
            models.Index("created_at", "id", name="incident_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "relayed_from"],
                name="incident_relayed_once",
                condition=Q(relayed_from__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_closed_by_somebody",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.reference}"

    @property
    def reference(self) -> str:
        """A short name to say on the telephone; ids are random past the time part."""
        return self.pk.hex[-8:].upper()

    @property
    def channels_in_words(self) -> str:
        """Channels as people read them."""
        return in_words(Channel, self.channels)

    @property
    def phi_in_words(self) -> str:
        """Kinds of PHI as people read them."""
        return in_words(PhiCategory, self.phi_categories)

    @property
    def state(self) -> str:
        """One word: draft, open or closed."""
        if self.closed_at is not None:
            return "closed"
        return "open" if self.shared_at is not None else "draft"

    def is_of(self, organization_id: UUID | None) -> bool:
        """Whether the organization is a party of the engagement."""
        engagement = self.engagement
        return organization_id in {engagement.client_id, engagement.provider_id}


class IncidentFact(Record):
    """One fact as somebody recorded it. A correction is a new row that names the one
    it takes the place of; no row ever changes (trigger).

    One of ``day``, ``moment`` (with the learner's ``zone``) or ``yes`` is set.
    ``person`` is whose knowledge it was, by function rather than by name.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="facts"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=16, choices=FactName.choices)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64, blank=True)
    yes = models.BooleanField(null=True)
    person = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    objects = CaseScopedQuerySet["IncidentFact"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "name"],
                name="incident_fact_first",
                condition=Q(supersedes=None),
            ),
            models.CheckConstraint(
                name="incident_fact_one_value",
                condition=Q(day__isnull=False, moment=None, yes=None)
                | Q(day=None, moment__isnull=False, yes=None)
                | Q(day=None, moment=None, yes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} of {self.incident_id}"


class PeopleCount(Record):
    """How many people are affected, as counted on a day. The latest row holds."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="counts"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    counted_on = models.DateField()
    total = models.PositiveIntegerField()
    unreachable = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaseScopedQuerySet["PeopleCount"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.total} people"


class CountByState(Record):
    """Residents of one State or jurisdiction in a count."""

    count = models.ForeignKey(
        PeopleCount, on_delete=models.PROTECT, related_name="states"
    )
    state = models.CharField(max_length=2)
    residents = models.PositiveIntegerField()

    objects = CountScopedQuerySet["CountByState"].as_manager()

    class Meta:
        ordering = ["state"]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "state"], name="count_by_state_once"
            ),
            models.CheckConstraint(
                name="count_by_state_code", condition=Q(state__regex=r"^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.residents} of {self.state}"
