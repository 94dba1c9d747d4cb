"""Files as proof."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.core.models import Record
from apps.evidence.enums import MediaType, Purpose, ReviewState, ScanState, Trait
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class StoredFile(Record):
    """Bytes an organization handed in: never overwritten, known by their SHA-256.

    ``storage_key`` is a random name; what the person called the file is only here.
    ``quarantined_reason`` keeps it from everybody; ``traits`` say what is risky in
    it; ``is_restricted`` keeps the bytes to managers of the organization. The bytes
    lie sealed under a key that ``wrapped_key`` holds and the portal's key ``key_name``
    opens; both are empty for bytes from before, which lie open, and once the bytes
    are destroyed: then the row stays, as proof of what there was.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    storage_key = models.CharField(max_length=100, unique=True)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    quarantined_reason = models.CharField(max_length=200, blank=True)
    scan_state = models.CharField(
        max_length=12, choices=ScanState.choices, default=ScanState.NOT_SCANNED
    )
    scanned_at = models.DateTimeField(null=True)
    scanner = models.CharField(max_length=100, blank=True)
    traits = ArrayField(
        models.CharField(max_length=12, choices=Trait.choices), default=list
    )
    page_count = models.PositiveIntegerField(null=True)
    is_restricted = models.BooleanField(default=False)
    wrapped_key = models.BinaryField(null=True)
    key_name = models.CharField(max_length=16, blank=True)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    destruction_reason = models.CharField(max_length=500, blank=True)

    objects = OrganizationScopedQuerySet["StoredFile"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "sha256"],
                condition=Q(destroyed_at=None),
                name="stored_file_content",
            ),
            models.CheckConstraint(
                name="stored_file_hash",
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="stored_file_infected_is_quarantined",
                condition=~Q(scan_state=ScanState.INFECTED) | ~Q(quarantined_reason=""),
            ),
            models.CheckConstraint(
                name="stored_file_key_has_a_name",
                condition=Q(wrapped_key=None, key_name="")
                | (Q(wrapped_key__isnull=False) & ~Q(key_name="")),
            ),
            models.CheckConstraint(
                name="stored_file_destroyed_with_its_key_and_a_reason",
                condition=Q(destroyed_at=None, destroyed_by=None, destruction_reason="")
                | (
                    Q(destroyed_at__isnull=False, wrapped_key=None)
                    & ~Q(destruction_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_in_words(self) -> str:
        """What the bytes are, as people say it."""
        return str(MediaType(self.media_type).label)

    @property
    def is_readable(self) -> bool:
        """Whether its bytes can be taken: neither in quarantine nor destroyed."""
        return not self.quarantined_reason and self.destroyed_at is None

    @property
    def unreadable_from(self) -> date | None:
        """The first day it proves nothing: every day while in quarantine, from its
        destruction on, None while its bytes can be taken."""
        if self.quarantined_reason:
            return date.min
        return self.destroyed_at.date() if self.destroyed_at else None

    def proves_on(self, day: date) -> bool:
        """Whether it counts on a day: nobody can open what is in quarantine."""
        return self.unreadable_from is None or day < self.unreadable_from

    @property
    def traits_in_words(self) -> str:
        """What is risky in it, as people read it."""
        return ", ".join(str(Trait(word).label) for word in self.traits)


class Attachment(Record):
    """A file proves something about one object of the portal.

    ``subject_type`` is a kind of ``evidence.registry`` and ``subject_id`` the object;
    no foreign key, for evidence outlives what it was attached to. Both ends of
    ``valid_from`` to ``valid_until`` are inclusive. A newer version names the older
    one in ``supersedes``; rows are never deleted, they end.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="attachments"
    )
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    subject_title = models.CharField(max_length=300)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    number = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="successor"
    )
    attached_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    review = models.CharField(
        max_length=10, choices=ReviewState.choices, default=ReviewState.PENDING
    )
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    review_note = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = OrganizationScopedQuerySet["Attachment"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index("subject_type", "subject_id", name="attachment_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="attachment_period",
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="attachment_reviewed_by_somebody",
                condition=Q(review=ReviewState.PENDING, reviewed_at=None)
                | (~Q(review=ReviewState.PENDING) & Q(reviewed_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["file", "subject_type", "subject_id", "purpose"],
                condition=Q(ended_at=None),
                name="attachment_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} for {self.subject_title}"


class LegalHold(Record):
    """A file must be kept, whatever its retention says, until the hold is released."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OrganizationScopedQuerySet["LegalHold"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(released_at=None),
                name="legal_hold_running",
            ),
        ]

    def __str__(self) -> str:
        return f"hold on {self.file}"
