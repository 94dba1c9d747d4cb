"""How agreements end: notice against renewal, and the return of PHI."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.agreements.enums import DisposalKind, SigningSide
from apps.agreements.models.agreements import Agreement, AgreementVersion
from apps.agreements.scoping import (
    AgreementScopedQuerySet,
    AgreementVersionQuerySet,
    DisposalQuerySet,
)
from apps.core.models import Record
from apps.evidence.models import StoredFile
from apps.tenancy.models import User


class RenewalNotice(Record):
    """A party told the other in time that the agreement will not renew.

    The version then ends with its ``expires_on``.
    """

    version = models.OneToOneField(
        AgreementVersion, on_delete=models.PROTECT, related_name="renewal_notice"
    )
    given_on = models.DateField()
    given_by = models.CharField(max_length=10, choices=SigningSide.choices)
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)

    objects = AgreementVersionQuerySet["RenewalNotice"].as_manager()

    def __str__(self) -> str:
        return f"notice against the renewal of {self.version}"


class ReturnObligation(Record):
    """After the end the recipient returns or destroys PHI by ``due_on``, inclusive.

    Source: 45 CFR 164.504(e)(2)(ii)(J); the day is the agreement's own or our
    default. It is lifted when a BAA binds again all that this one covered.
    """

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="return_obligations"
    )
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    is_own_default = models.BooleanField()
    lifted_at = models.DateTimeField(null=True)

    objects = AgreementScopedQuerySet["ReturnObligation"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(lifted_at=None),
                name="return_obligation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"return of PHI under {self.agreement}"


class DisposalStatement(Record):
    """The recipient says what became of PHI; the discloser accepts or refuses it.

    Returned or destroyed: when, by whom, how, with a certificate. Not feasible: why,
    how protections go on, and to what further use is limited.
    """

    obligation = models.ForeignKey(
        ReturnObligation, on_delete=models.PROTECT, related_name="statements"
    )
    kind = models.CharField(max_length=10, choices=DisposalKind.choices)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=1000, blank=True)
    certificate = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    infeasible_reason = models.CharField(max_length=1000, blank=True)
    protections = models.CharField(max_length=1000, blank=True)
    use_limit = models.CharField(max_length=1000, blank=True)
    stated_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal_reason = models.CharField(max_length=500, blank=True)

    objects = DisposalQuerySet["DisposalStatement"].as_manager()

    class Meta:
        ordering = ["obligation", "id"]
        constraints = [
            models.CheckConstraint(
                name="disposal_statement_whole",
                condition=(
                    Q(kind=DisposalKind.INFEASIBLE, done_on=None)
                    & ~Q(infeasible_reason="")
                    & ~Q(protections="")
                    & ~Q(use_limit="")
                )
                | (
                    ~Q(kind=DisposalKind.INFEASIBLE)
                    & Q(done_on__isnull=False, certificate__isnull=False)
                    & ~Q(done_by="")
                    & ~Q(method="")
                ),
            ),
            models.CheckConstraint(
                name="disposal_statement_one_answer",
                condition=Q(accepted_at=None) | Q(refused_at=None),
            ),
            models.CheckConstraint(
                name="disposal_statement_refused_whole",
                condition=Q(refused_at=None, refusal_reason="")
                | (Q(refused_at__isnull=False) & ~Q(refusal_reason="")),
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(accepted_at__isnull=False),
                name="disposal_statement_accepted_once",
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(accepted_at=None, refused_at=None),
                name="disposal_statement_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} under {self.obligation}"
