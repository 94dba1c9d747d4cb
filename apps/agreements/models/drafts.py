"""Negotiations: proposed versions that never change, answers and signatures."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.agreements.enums import (
    DraftOrigin,
    ProvisionStanding,
    SigningSide,
    VersionKind,
)
from apps.agreements.models.agreements import Agreement, AgreementVersion, TermFields
from apps.agreements.scoping import (
    DraftPartQuerySet,
    DraftQuerySet,
    DraftScopedQuerySet,
)
from apps.core.models import Record
from apps.engagements.models import Engagement, ScopeFields
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User


class AgreementDraft(Record):
    """One negotiation between two parties, of a new BAA or of a new version.

    ``agreement`` is the one to amend or renew, None for a new one. It ends with
    ``result``, the version both sides signed here or on paper, or withdrawn.
    """

    discloser = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="drafts_as_discloser"
    )
    recipient = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="drafts_as_recipient"
    )
    title = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=10, choices=VersionKind.choices, default=VersionKind.ORIGINAL
    )
    agreement = models.ForeignKey(
        Agreement, null=True, on_delete=models.PROTECT, related_name="drafts"
    )
    engagements = models.ManyToManyField(
        Engagement, through="DraftCoverage", related_name="agreement_drafts"
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    result = models.OneToOneField(
        AgreementVersion, null=True, on_delete=models.PROTECT, related_name="draft"
    )
    is_signed_on_paper = models.BooleanField(default=False)
    certificate = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DraftQuerySet["AgreementDraft"].as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="agreement_draft_two_parties",
                condition=~Q(discloser=F("recipient")),
            ),
            models.CheckConstraint(
                name="agreement_draft_of_a_version",
                condition=Q(kind=VersionKind.ORIGINAL, agreement=None)
                | (~Q(kind=VersionKind.ORIGINAL) & Q(agreement__isnull=False)),
            ),
            models.CheckConstraint(
                name="agreement_draft_withdrawn_whole",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawal_reason="")
                    & Q(result=None)
                ),
            ),
            models.CheckConstraint(
                name="agreement_draft_certificate_after_result",
                condition=Q(certificate=None) | Q(result__isnull=False),
            ),
            models.CheckConstraint(
                name="agreement_draft_paper_has_result_alone",
                condition=Q(is_signed_on_paper=False)
                | Q(result__isnull=False, certificate=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lacks_certificate(self) -> bool:
        """Whether both signed in the portal and nothing certifies it yet."""
        is_signed_here = self.result_id is not None and not self.is_signed_on_paper
        return is_signed_here and self.certificate_id is None


class DraftCoverage(Record):
    """An engagement the agreement will cover."""

    draft = models.ForeignKey(AgreementDraft, on_delete=models.PROTECT)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)

    objects = DraftPartQuerySet["DraftCoverage"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "engagement"], name="draft_coverage_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft} for {self.engagement}"


class DraftVersion(Record, ScopeFields, TermFields):
    """One proposal. It never changes (trigger); ``document`` is put in once.

    For a template it is made from the clauses right after the proposal; for an
    upload it is the file. What is signed are the bytes of that file.
    """

    draft = models.ForeignKey(
        AgreementDraft, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=10, choices=DraftOrigin.choices)
    document = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_for = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=1000, blank=True)

    objects = DraftPartQuerySet["DraftVersion"].as_manager()

    class Meta:
        ordering = ["draft", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "number"], name="draft_version_number"
            ),
            models.CheckConstraint(
                name="draft_version_upload_has_document",
                condition=~Q(origin=DraftOrigin.UPLOAD) | Q(document__isnull=False),
            ),
            models.CheckConstraint(
                name="draft_version_ends_after_start",
                condition=Q(expires_on=None) | Q(expires_on__gte=F("effective_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.number} of {self.draft}"


class DraftClause(Record):
    """One line of the checklist in a proposal: its wording, or where it stands.

    ``standing`` is "" for a line left out that nobody requires.
    """

    version = models.ForeignKey(
        DraftVersion, on_delete=models.PROTECT, related_name="clauses"
    )
    provision = models.CharField(max_length=10, help_text="Id in the checklist, BAA-01")
    is_included = models.BooleanField(default=True)
    wording = models.TextField(blank=True)
    standing = models.CharField(
        max_length=14, choices=ProvisionStanding.choices, blank=True
    )
    place = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = DraftScopedQuerySet["DraftClause"].as_manager()

    class Meta:
        ordering = ["version", "provision"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "provision"], name="draft_clause_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.provision


class DraftComment(Record):
    """What a party says about a proposal, or about one clause of it."""

    version = models.ForeignKey(
        DraftVersion, on_delete=models.PROTECT, related_name="comments"
    )
    provision = models.CharField(max_length=10, blank=True)
    text = models.CharField(max_length=2000)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_for = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )

    objects = DraftScopedQuerySet["DraftComment"].as_manager()

    class Meta:
        ordering = ["version", "id"]

    def __str__(self) -> str:
        return f"comment on {self.version}"


class DraftAcceptance(Record):
    """A party accepts one proposal; it says nothing about a later one."""

    version = models.ForeignKey(
        DraftVersion, on_delete=models.PROTECT, related_name="acceptances"
    )
    side = models.CharField(max_length=10, choices=SigningSide.choices)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = DraftScopedQuerySet["DraftAcceptance"].as_manager()

    class Meta:
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"], name="draft_acceptance_one_per_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} accepted by the {self.side}"


class DraftSignature(Record):
    """A signature given in the portal, over the bytes of one stored file.

    ``created_at`` is the moment of signing.
    """

    version = models.ForeignKey(
        DraftVersion, on_delete=models.PROTECT, related_name="signatures"
    )
    side = models.CharField(max_length=10, choices=SigningSide.choices)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    authority = models.CharField(max_length=500, help_text="The sentence confirmed")
    document_sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=45, blank=True)
    time_zone = models.CharField(max_length=64)

    objects = DraftScopedQuerySet["DraftSignature"].as_manager()

    class Meta:
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"], name="draft_signature_one_per_side"
            ),
            models.CheckConstraint(
                name="draft_signature_hash",
                condition=Q(document_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="draft_signature_authority", condition=~Q(authority="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for the {self.side}"


class SigningRefusal(Record):
    """Somebody signed in gave a wrong password at signing; counted to slow guessing."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DraftVersion, on_delete=models.PROTECT)

    objects = DraftScopedQuerySet["SigningRefusal"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "created_at"], name="signing_refusal_recent"),
        ]

    def __str__(self) -> str:
        return f"refused at {self.created_at}"
