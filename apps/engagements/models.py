"""Vendors, engagements, what they declare, how they chain, and granted looks."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from apps.core import clock, ids
from apps.core.models import Record
from apps.engagements.enums import (
    Channel,
    DisclosurePolicy,
    LegalAgency,
    PhiCategory,
    Service,
    Tier,
)
from apps.engagements.scoping import (
    EngagementQuerySet,
    EngagementScopedQuerySet,
    SubcontractQuerySet,
)
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class VendorRegistration(Record):
    """An organization put a vendor on its list, and may engage it.

    ``Organization.registered_by`` names only the first; a vendor may serve many.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    vendor = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="vendor_registrations"
    )

    objects = OrganizationScopedQuerySet["VendorRegistration"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "vendor"], name="vendor_registration_unique"
            ),
            models.CheckConstraint(
                name="vendor_registration_two_parties",
                condition=~Q(organization=F("vendor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} on the list of {self.organization}"


class Engagement(Record):
    """One client using one provider for services that touch PHI."""

    client = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="engagements_as_client"
    )
    provider = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="engagements_as_provider"
    )
    name = models.CharField(max_length=200)
    tier = models.PositiveSmallIntegerField(
        choices=Tier.choices, default=Tier.IMPORTANT
    )
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    legal_agency = models.CharField(
        max_length=12, choices=LegalAgency.choices, default=LegalAgency.UNDECIDED
    )
    legal_agency_reason = models.CharField(max_length=500, blank=True)
    disclosure_policy = models.CharField(
        max_length=12, choices=DisclosurePolicy.choices, default=DisclosurePolicy.NAMED
    )
    approves_subcontracts = models.BooleanField(
        default=True, help_text="The client must approve a subcontractor before use"
    )

    objects = EngagementQuerySet["Engagement"].as_manager()

    class Meta:
        ordering = ["name", "id"]
        permissions = [("read_engagement", "May read the engagement under a grant")]
        constraints = [
            models.CheckConstraint(
                name="engagement_two_parties", condition=~Q(client=F("provider"))
            ),
            models.CheckConstraint(
                name="engagement_ends_after_start",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
            ),
            models.UniqueConstraint(
                fields=["client", "provider", "name"], name="engagement_unique_name"
            ),
        ]
        indexes = [
            models.Index("client", "name", "id", name="engagement_client"),
            models.Index("provider", "name", "id", name="engagement_provider"),
        ]

    def __str__(self) -> str:
        return self.name


def _words(choices: type[models.TextChoices]) -> ArrayField:
    return ArrayField(
        models.CharField(max_length=30, choices=choices.choices),
        default=list,
        blank=True,
    )


def in_words(choices: type[models.TextChoices], values: list[str]) -> str:
    """Labels of stored words, joined; a word no longer in the list stands as it is."""
    labels = dict(choices.choices)
    return ", ".join(str(labels.get(value, value)) for value in values)


class ScopeFields(models.Model):
    """Scope as data. In an agreement it is what is permitted, in a declaration
    what is done. An empty ceiling or country list in an agreement means the
    agreement sets no limit there, and drift says so."""

    services = _words(Service)
    channels = _words(Channel)
    phi_categories = _words(PhiCategory)
    head_count_ceiling = models.PositiveIntegerField(null=True, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    sites = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    systems = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    remote_work = models.BooleanField(default=False)
    hours = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def services_in_words(self) -> str:
        """Services as people read them."""
        return in_words(Service, self.services)

    @property
    def channels_in_words(self) -> str:
        """Channels as people read them."""
        return in_words(Channel, self.channels)

    @property
    def phi_in_words(self) -> str:
        """Kinds of PHI as people read them."""
        return in_words(PhiCategory, self.phi_categories)


class DeclaredScope(Record, ScopeFields):
    """What an engagement is used for, from a day on.

    ``superseded_on`` is the first day of the next declaration (exclusive end). Two
    declarations of an engagement never overlap (exclusion constraint).
    """

    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, related_name="declared_scopes"
    )
    effective_on = models.DateField()
    superseded_on = models.DateField(null=True)
    declared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)

    objects = EngagementScopedQuerySet["DeclaredScope"].as_manager()

    class Meta:
        ordering = ["engagement", "effective_on"]
        constraints = [
            models.CheckConstraint(
                name="declared_scope_order",
                condition=Q(superseded_on=None)
                | Q(superseded_on__gt=F("effective_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"scope from {self.effective_on}"


class Subcontract(Record):
    """A dated edge of the chain: part of ``upstream`` is done by ``downstream``.

    ``ended_on`` is the last day, inclusive. Cycles, chains deeper than six and edges
    whose parties do not meet are refused by a trigger, whatever the way in.
    """

    upstream = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, related_name="downstream_edges"
    )
    downstream = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, related_name="upstream_edges"
    )
    services = _words(Service)
    channels = _words(Channel)
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    declared_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_on = models.DateField(null=True)
    approved_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refused_on = models.DateField(null=True)
    refusal_reason = models.CharField(max_length=500, blank=True)
    # Approved or refused: the days above are the client's own, and clients further up
    # have other dates. None for answers from before it was kept.
    answered_at = models.DateTimeField(null=True)

    objects = SubcontractQuerySet["Subcontract"].as_manager()

    class Meta:
        ordering = ["upstream", "effective_on"]
        constraints = [
            models.CheckConstraint(
                name="subcontract_not_itself",
                condition=~Q(upstream=F("downstream")),
            ),
            models.CheckConstraint(
                name="subcontract_ends_after_start",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")),
            ),
            models.CheckConstraint(
                name="subcontract_one_answer",
                condition=Q(approved_on=None) | Q(refused_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upstream} through {self.downstream}"

    @property
    def services_in_words(self) -> str:
        """Services as people read them."""
        return in_words(Service, self.services)

    @property
    def channels_in_words(self) -> str:
        """Channels as people read them."""
        return in_words(Channel, self.channels)

    @property
    def state(self) -> str:
        """One word for the client's answer: refused, approved, not asked, waiting."""
        if self.refused_on is not None:
            return "refused"
        if self.approved_on is not None:
            return "approved"
        return "waiting" if self.upstream.approves_subcontracts else "not asked"


class EngagementGrant(UserObjectPermissionBase):
    """Time-boxed right of one person to read one engagement (auditors, delegates).

    django-guardian's typed object permission with the facts of the grant on it;
    ``valid_from`` and ``valid_until`` are inclusive days in the granter's zone.
    Only ``engagements.grants`` speaks to it.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    content_object = models.ForeignKey(Engagement, on_delete=models.CASCADE)
    granted_by = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    granted_by_user = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500)
    valid_from = models.DateField()
    valid_until = models.DateField()
    names_agents = models.BooleanField(default=False)
    granted_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        # Not guardian's one row for ever: a renewed grant is a new fact.
        unique_together: ClassVar[list[list[str]]] = []
        indexes = [models.Index("user", "content_object", name="engagement_grant_user")]
        constraints = [
            models.CheckConstraint(
                name="engagement_grant_days",
                condition=Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"grant until {self.valid_until}"
