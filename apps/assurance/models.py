"""Certificates, policies, recurring activities, requests for evidence."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from apps.assurance import rules
from apps.assurance.enums import (
    ActivityKind,
    LetterKind,
    Medium,
    Outcome,
    RequestState,
    Standard,
    Topic,
)
from apps.assurance.rules import Term
from apps.assurance.scoping import (
    ActivityQuerySet,
    ActivityRecordQuerySet,
    CertificateQuerySet,
    LetterQuerySet,
    PolicyQuerySet,
    PolicyVersionQuerySet,
    RequestAnswerQuerySet,
)
from apps.core.dates import Period
from apps.core.models import Record
from apps.engagements.models import Engagement, in_words
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class Certificate(Record):
    """A certificate or report about an organization, as its paper says.

    ``first_on`` and ``last_on``, inclusive, are the validity of a certificate or the
    period of a SOC 2 report. ``sites`` are codes of the holder's own sites.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    standard = models.CharField(max_length=20, choices=Standard.choices)
    number = models.CharField(max_length=100, blank=True)
    certifying_body = models.CharField(max_length=200)
    scope_text = models.CharField(max_length=2000)
    sites = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    first_on = models.DateField()
    last_on = models.DateField()
    exceptions = models.CharField(max_length=2000, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_on = models.DateField(null=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)

    objects = CertificateQuerySet["Certificate"].as_manager()

    class Meta:
        ordering = ["standard", "-last_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="certificate_period", condition=Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(
                name="certificate_withdrawn_with_reason",
                condition=Q(withdrawn_on=None, withdrawal_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawal_reason="")),
            ),
        ]

    def __str__(self) -> str:
        label = str(self.get_standard_display())
        return f"{label} {self.number}" if self.number else label

    @property
    def term(self) -> Term:
        """The dates the rules judge; file and letters must have been fetched with it,
        and each letter's file. A letter in quarantine bridges nothing."""
        return Term(
            standard=Standard(self.standard),
            period=Period(self.first_on, self.last_on),
            withdrawn_on=self.withdrawn_on,
            unreadable_from=self.file.unreadable_from,
            letters=tuple(
                Period(letter.first_on, letter.last_on)
                for letter in self.letters.all()
                if letter.file.proves_on(letter.last_on)
            ),
        )


class Letter(Record):
    """A letter that carries a certificate over days its period does not cover."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="letters"
    )
    kind = models.CharField(max_length=10, choices=LetterKind.choices)
    issued_by = models.CharField(max_length=200)
    first_on = models.DateField()
    last_on = models.DateField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)

    objects = LetterQuerySet["Letter"].as_manager()

    class Meta:
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="letter_period", condition=Q(last_on__gte=F("first_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} until {self.last_on}"


class Policy(Record):
    """A policy of an organization; what it says is in its versions."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)

    objects = PolicyQuerySet["Policy"].as_manager()

    class Meta:
        ordering = ["title", "id"]
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint("organization", Lower("title"), name="policy_title")
        ]

    def __str__(self) -> str:
        return self.title


class PolicyVersion(Record):
    """What a policy says from a day on, for which media and topics.

    ``superseded_on`` is the first day of the next version, or the day after the
    policy ended (exclusive).
    """

    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    superseded_on = models.DateField(null=True)
    media = ArrayField(models.CharField(max_length=20, choices=Medium.choices))
    topics = ArrayField(models.CharField(max_length=20, choices=Topic.choices))
    review_on = models.DateField(null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    adopted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PolicyVersionQuerySet["PolicyVersion"].as_manager()

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "number"], name="policy_version_number"
            ),
            models.CheckConstraint(
                name="policy_version_order",
                condition=Q(superseded_on=None)
                | Q(superseded_on__gt=F("effective_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"

    @property
    def media_in_words(self) -> str:
        """Media as people read them."""
        return in_words(Medium, self.media)

    @property
    def topics_in_words(self) -> str:
        """Topics as people read them."""
        return in_words(Topic, self.topics)


class Share(Record):
    """The owner shows one certificate or policy to one client, until it ends."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(
        Certificate, null=True, on_delete=models.PROTECT, related_name="shares"
    )
    policy = models.ForeignKey(
        Policy, null=True, on_delete=models.PROTECT, related_name="shares"
    )
    shared_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects = OrganizationScopedQuerySet["Share"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="share_of_one_document",
                condition=Q(certificate=None, policy__isnull=False)
                | Q(certificate__isnull=False, policy=None),
            ),
            models.UniqueConstraint(
                fields=["client", "certificate"],
                condition=Q(ended_at=None),
                name="share_certificate_open",
            ),
            models.UniqueConstraint(
                fields=["client", "policy"],
                condition=Q(ended_at=None),
                name="share_policy_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate or self.policy} for {self.client}"


class Activity(Record):
    """Something done again after ``interval_months``: our default or the owner's.

    Of a whole organization, or on one engagement. ``is_shared`` shows an activity of
    the whole organization to its clients.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    engagement = models.ForeignKey(Engagement, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=24, choices=ActivityKind.choices)
    interval_months = models.PositiveSmallIntegerField()
    first_due_on = models.DateField()
    is_shared = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=500, blank=True)

    objects = ActivityQuerySet["Activity"].as_manager()

    class Meta:
        ordering = ["kind", "id"]
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(
                name="activity_interval",
                condition=Q(interval_months__gte=1, interval_months__lte=60),
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "engagement"],
                condition=Q(ended_on=None),
                nulls_distinct=False,
                name="activity_running",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ActivityRecord(Record):
    """An activity was done on a day, with its proof. Never changed."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="records"
    )
    done_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    summary = models.CharField(max_length=2000)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ActivityRecordQuerySet["ActivityRecord"].as_manager()

    class Meta:
        ordering = ["-done_on", "-id"]

    def __str__(self) -> str:
        return f"{self.activity} on {self.done_on}"


class EvidenceRequest(Record):
    """One party of an engagement asks the other for proof by a day."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    asked_by = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    asked_of = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=200)
    details = models.CharField(max_length=2000, blank=True)
    due_on = models.DateField()
    requested_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = EngagementScopedQuerySet["EvidenceRequest"].as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_request_two_parties",
                condition=~Q(asked_by=F("asked_of")),
            ),
            models.CheckConstraint(
                name="evidence_request_one_end",
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> RequestState:
        """Where it stands."""
        return rules.request_state(
            answered_at=self.answered_at,
            returned_at=self.returned_at,
            accepted_at=self.accepted_at,
            withdrawn_at=self.withdrawn_at,
        )

    def is_overdue(self, today: date) -> bool:
        """Whether the other party is late; what waits for review is not."""
        waits = self.state in {RequestState.OPEN, RequestState.RETURNED}
        return waits and today > self.due_on


class RequestAnswer(Record):
    """A file handed in for a request. Never changed."""

    request = models.ForeignKey(
        EvidenceRequest, on_delete=models.PROTECT, related_name="answers"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    note = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RequestAnswerQuerySet["RequestAnswer"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.file} for {self.request}"
