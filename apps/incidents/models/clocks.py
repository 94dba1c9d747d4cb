"""Clocks, what delays them, and the notices that meet them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.core.models import Record
from apps.evidence.models import StoredFile
from apps.incidents.enums import Basis, ClockEnd, Duty, HoldForm, Method
from apps.incidents.models.cases import Incident, PeopleCount
from apps.incidents.models.letters import Letter
from apps.incidents.scoping import CaseScopedQuerySet
from apps.tenancy.models import Organization, User


class LawEnforcementHold(Record):
    """An official's statement that notice would impede an investigation, made to one
    party. Source: 45 CFR 164.412. Rows never change."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="holds"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    form = models.CharField(max_length=8, choices=HoldForm.choices)
    official = models.CharField(max_length=200)
    statement = models.CharField(max_length=1000)
    stated_on = models.DateField()
    delay_until = models.DateField(null=True)
    document = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaseScopedQuerySet["LawEnforcementHold"].as_manager()

    class Meta:
        ordering = ["stated_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="hold_time_in_writing",
                condition=Q(delay_until=None) | Q(form=HoldForm.WRITTEN),
            ),
            models.CheckConstraint(
                name="hold_ends_after_statement",
                condition=Q(delay_until=None) | Q(delay_until__gte=F("stated_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} on {self.stated_on}"


class Notice(Record):
    """That a party told somebody: what, whom, how, when, and the proof.

    Without ``people`` it went to everybody of ``count``, the count that held when it
    was recorded; ``office`` is the authority of ``state``. Rows never change: a
    correction is a new row that names the one it takes the place of.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="notices"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    duty = models.CharField(max_length=12, choices=Duty.choices)
    state = models.CharField(max_length=2, blank=True)
    office = models.CharField(max_length=200, blank=True)
    to_whom = models.CharField(max_length=300)
    method = models.CharField(max_length=12, choices=Method.choices)
    sent_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    people = models.PositiveIntegerField(null=True)
    count = models.ForeignKey(
        PeopleCount, null=True, on_delete=models.PROTECT, related_name="notices"
    )
    contents = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    proof = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    letter = models.ForeignKey(
        Letter, null=True, on_delete=models.PROTECT, related_name="notices"
    )
    note = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    objects = CaseScopedQuerySet["Notice"].as_manager()

    class Meta:
        ordering = ["sent_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_duty_display()} told"


class Clock(Record):
    """One duty with its arithmetic, as computed once.

    A row is never edited: a new computation is a new row, and the old one only learns
    that it ended, when, and what took its place (trigger). ``due_at`` is the last
    permitted moment, inclusive; ``readings`` what the obligated party read otherwise
    than by default.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="clocks"
    )
    obligated = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField(max_length=60)
    duty = models.CharField(max_length=12, choices=Duty.choices)
    basis = models.CharField(max_length=8, choices=Basis.choices)
    state = models.CharField(max_length=2, blank=True)
    to_whom = models.CharField(max_length=200)
    citation = models.CharField(max_length=300)
    start_on = models.DateField()
    start_at = models.DateTimeField(null=True)
    due_on = models.DateField()
    due_at = models.DateTimeField()
    normal_due_on = models.DateField()
    latest_on = models.DateField(null=True)
    words = models.TextField()
    is_advisory = models.BooleanField(default=False)
    rules_version = models.CharField(max_length=40)
    readings = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, choices=ClockEnd.choices, blank=True)
    superseded_by = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    satisfied_by = models.ForeignKey(
        Notice, null=True, on_delete=models.PROTECT, related_name="satisfied"
    )

    objects = CaseScopedQuerySet["Clock"].as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                "obligated",
                "due_at",
                name="clock_running",
                condition=Q(ended_at=None, is_advisory=False),
            ),
            models.Index(
                "incident",
                "due_at",
                name="clock_of_case",
                condition=Q(ended_at=None, is_advisory=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "obligated", "code"],
                name="clock_one_running",
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="clock_end_with_reason",
                condition=Q(ended_at=None, ended_as="")
                | (Q(ended_at__isnull=False) & ~Q(ended_as="")),
            ),
            models.CheckConstraint(
                name="clock_satisfied_by_notice",
                condition=(Q(satisfied_by=None) & ~Q(ended_as=ClockEnd.SATISFIED))
                | Q(satisfied_by__isnull=False, ended_as=ClockEnd.SATISFIED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} due {self.due_on}"

    @property
    def is_running(self) -> bool:
        """Whether the duty is still open."""
        return self.ended_at is None
