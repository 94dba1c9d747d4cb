"""Tables of the append-only trail.

No foreign key leaves these tables: the trail outlives what it describes. Rows of
event, leaf, tile, batch and checkpoint refuse UPDATE, DELETE and TRUNCATE by trigger,
and the application role has no right to them either.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from apps.core import clock, ids


class AuditEvent(models.Model):
    """One fact. ``body`` is the truth; the other columns are projections of it."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(unique=True, default=ids.uuid7)
    body = models.BinaryField()
    schema = models.SmallIntegerField(default=1)
    writer_mac = models.BinaryField()
    at = models.DateTimeField()
    type = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_org = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    org = models.UUIDField(null=True)
    engagement = models.UUIDField(null=True)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    outcome = models.SmallIntegerField(default=0)
    request_id = models.UUIDField(null=True)

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index("org", models.F("at").desc(), name="audit_event_org_at"),
            models.Index("object_type", "object_id", "id", name="audit_event_object"),
            models.Index("actor_id", "at", name="audit_event_actor"),
            models.Index("engagement", "at", name="audit_event_engagement"),
            BrinIndex("at", name="audit_event_at_brin"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class AuditPending(models.Model):
    """Waits for the sealer; written in the event's own transaction."""

    id = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "audit_pending"

    def __str__(self) -> str:
        return f"event {self.id} waits for a seal"


class AuditDelivery(models.Model):
    """Waits for the reactions of rooms above; deleted once all have run."""

    event = models.BigIntegerField(primary_key=True)
    not_before = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "audit_delivery"
        indexes = [models.Index("not_before", name="audit_delivery_due")]

    def __str__(self) -> str:
        return f"event {self.event} waits for its reactions"


class AuditDetail(models.Model):
    """Personal detail of an event, encrypted under a key that can be destroyed."""

    event_pk = models.BigIntegerField(primary_key=True)
    key_ref = models.UUIDField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()

    class Meta:
        db_table = "audit_detail"

    def __str__(self) -> str:
        return f"detail of event {self.event_pk}"


class AuditSubjectKey(models.Model):
    """Data key of one subject (person or organization), wrapped by the portal's."""

    key_ref = models.UUIDField(primary_key=True, default=ids.uuid7)
    subject = models.UUIDField(unique=True)
    wrapped_key = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_subject_key"

    def __str__(self) -> str:
        return f"key of {self.subject}"


class AuditLeaf(models.Model):
    """Leaf of the Merkle tree, in sealed order."""

    leaf_index = models.BigIntegerField(primary_key=True)
    event_pk = models.BigIntegerField(unique=True, null=True)
    leaf_hash = models.BinaryField()
    batch_no = models.IntegerField()

    class Meta:
        db_table = "audit_leaf"

    def __str__(self) -> str:
        return f"leaf {self.leaf_index}"


class AuditTile(models.Model):
    """Up to 256 hashes of one level of the tree."""

    pk = models.CompositePrimaryKey("level", "idx")
    level = models.SmallIntegerField()
    idx = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "audit_tile"

    def __str__(self) -> str:
        return f"tile {self.level}/{self.idx}"


class AuditBatch(models.Model):
    """One run of the sealer."""

    batch_no = models.IntegerField(primary_key=True)
    first_index = models.BigIntegerField()
    last_index = models.BigIntegerField()
    seal_body = models.BinaryField()
    sealed_at = models.DateTimeField()
    count = models.IntegerField()
    max_lag_ms = models.IntegerField()
    instance = models.CharField(max_length=80)

    class Meta:
        db_table = "audit_batch"

    def __str__(self) -> str:
        return f"batch {self.batch_no}"


class AuditLog(models.Model):
    """Head of one generation of the log; only the sealer touches it."""

    generation = models.CharField(max_length=8, primary_key=True)
    origin = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    frontier = models.BinaryField()
    key_id = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=12, default="active")

    class Meta:
        db_table = "audit_log"
        constraints = [
            models.CheckConstraint(
                name="audit_log_state",
                condition=Q(state__in=["active", "frozen", "disputed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"log {self.origin}/{self.generation}"


class AuditCheckpoint(models.Model):
    """Signed head of the log at one size."""

    generation = models.CharField(max_length=8)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    created = models.DateTimeField()

    class Meta:
        db_table = "audit_checkpoint"
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "size"], name="audit_checkpoint_size"
            ),
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.generation}/{self.size}"


class AuditAnchor(models.Model):
    """A checkpoint handed to somebody outside."""

    checkpoint_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=200)
    status = models.CharField(max_length=12)
    receipt = models.BinaryField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_anchor"

    def __str__(self) -> str:
        return f"{self.kind} anchor of checkpoint {self.checkpoint_id}"


class AuditStream(models.Model):
    """An organization's own slice of the log, countable and linked."""

    stream_id = models.BinaryField(max_length=16, primary_key=True)
    org = models.UUIDField(unique=True)
    last_seq = models.BigIntegerField(default=0)
    last_link = models.BinaryField()
    last_leaf = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_stream"

    def __str__(self) -> str:
        return f"stream of {self.org}"


class AuditStreamEntry(models.Model):
    """Position of a leaf in a stream."""

    pk = models.CompositePrimaryKey("stream_id", "seq")
    stream_id = models.BinaryField(max_length=16)
    seq = models.BigIntegerField()
    leaf_index = models.BigIntegerField()

    class Meta:
        db_table = "audit_stream_entry"

    def __str__(self) -> str:
        return f"entry {self.seq}"


class AuditVisibility(models.Model):
    """Which organizations may read an event, fixed when it was written."""

    pk = models.CompositePrimaryKey("org", "event")
    org = models.UUIDField()
    event = models.BigIntegerField()

    class Meta:
        db_table = "audit_visibility"

    def __str__(self) -> str:
        return f"event {self.event} is visible to {self.org}"


class AuditHold(models.Model):
    """A legal hold: nothing in its scope is pruned or erased."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    scope = models.JSONField()
    reason = models.TextField()
    placed_by = models.UUIDField()
    placed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_hold"

    def __str__(self) -> str:
        return f"hold {self.id}"
