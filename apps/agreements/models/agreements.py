"""Business associate agreements: parties, versions, provisions, signatures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.agreements.enums import (
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningMethod,
    SigningSide,
    TerminationCause,
    VersionKind,
)
from apps.agreements.scoping import AgreementQuerySet, AgreementScopedQuerySet
from apps.core.models import Record
from apps.engagements.models import Engagement, ScopeFields
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User


class Agreement(Record):
    """A BAA between the party that discloses PHI and the party that receives it.

    ``terminated_on`` is the last day it binds, inclusive; ``termination_notice_on``
    the day one party told the other.
    """

    discloser = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="agreements_as_discloser"
    )
    recipient = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="agreements_as_recipient"
    )
    title = models.CharField(max_length=200)
    engagements = models.ManyToManyField(
        Engagement, through="AgreementCoverage", related_name="agreements"
    )
    terminated_on = models.DateField(null=True, blank=True)
    termination_reason = models.CharField(max_length=500, blank=True)
    termination_cause = models.CharField(
        max_length=20, choices=TerminationCause.choices, blank=True
    )
    termination_notice_on = models.DateField(null=True, blank=True)

    objects = AgreementQuerySet["Agreement"].as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                name="agreement_two_parties", condition=~Q(discloser=F("recipient"))
            ),
            models.CheckConstraint(
                name="agreement_cause_needs_a_last_day",
                condition=Q(terminated_on__isnull=False)
                | Q(termination_cause="", termination_notice_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgreementCoverage(Record):
    """An engagement the agreement covers."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)

    objects = AgreementScopedQuerySet["AgreementCoverage"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "engagement"], name="agreement_coverage_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} covers {self.engagement}"


class TermFields(models.Model):
    """Terms beside the scope: dates, reporting, renewal, and the end.

    ``expires_on`` is the last day in force, inclusive, None for no end;
    ``return_days`` the days after the end to return or destroy PHI.
    """

    effective_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    reporting_value = models.PositiveSmallIntegerField()
    reporting_unit = models.CharField(max_length=14, choices=ReportingUnit.choices)
    renewal = models.CharField(
        max_length=10, choices=Renewal.choices, default=Renewal.FIXED
    )
    notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    return_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Organizations the recipient may use; None means any, with approval.
    subcontractors = ArrayField(models.UUIDField(), null=True, blank=True)

    class Meta:
        abstract = True


class AgreementVersion(Record, ScopeFields, TermFields):
    """The agreement as it reads from a day on. Its terms never change (trigger).

    ``superseded_on`` is the first day of the version that replaced it. Periods
    of one agreement's versions never overlap (exclusion constraint).
    """

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=VersionKind.choices)
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    document_sha256 = models.CharField(max_length=64)
    superseded_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)

    objects = AgreementScopedQuerySet["AgreementVersion"].as_manager()

    class Meta:
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreement_version_number"
            ),
            models.CheckConstraint(
                name="agreement_version_ends_after_start",
                condition=Q(expires_on=None) | Q(expires_on__gte=F("effective_on")),
            ),
            models.CheckConstraint(
                name="agreement_version_superseded_after_start",
                condition=Q(superseded_on=None)
                | Q(superseded_on__gt=F("effective_on")),
            ),
            models.CheckConstraint(
                name="agreement_version_reports",
                condition=Q(reporting_value__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.agreement}"


class VersionProvision(Record):
    """Where one provision of the checklist stands in a version."""

    version = models.ForeignKey(
        AgreementVersion, on_delete=models.PROTECT, related_name="provisions"
    )
    provision = models.CharField(max_length=10, help_text="Id in the checklist, BAA-01")
    standing = models.CharField(max_length=14, choices=ProvisionStanding.choices)
    place = models.CharField(max_length=100, blank=True, help_text="Page or clause")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["version", "provision"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "provision"], name="version_provision_unique"
            ),
            models.CheckConstraint(
                name="version_provision_reason",
                condition=~Q(standing=ProvisionStanding.NOT_APPLICABLE) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provision} {self.standing}"


class Signature(Record):
    """One party's signature under one version's document."""

    version = models.ForeignKey(
        AgreementVersion, on_delete=models.PROTECT, related_name="signatures"
    )
    side = models.CharField(max_length=10, choices=SigningSide.choices)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    signed_on = models.DateField()
    method = models.CharField(max_length=10, choices=SigningMethod.choices)
    document_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["version", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"], name="signature_one_per_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for the {self.side}"
