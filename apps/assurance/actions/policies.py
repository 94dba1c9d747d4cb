"""Policies and their dated versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from apps.assurance import rules, trail
from apps.assurance.actions.recording import about, check_owner, keep_proof
from apps.assurance.enums import Medium, Topic
from apps.assurance.models import Policy, PolicyVersion
from apps.audit.actions import record
from apps.core.errors import Conflict, Invalid
from apps.evidence.enums import Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import Target
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """What a version says of itself: from when, for which media and topics."""

    effective_on: date
    media: tuple[Medium, ...]
    topics: tuple[Topic, ...]
    review_on: date | None = None


@transaction.atomic
def adopt_policy(
    *, by: Actor, policy: Policy | str, terms: PolicyTerms, file: StoredFile
) -> PolicyVersion:
    """Adopt a policy by title, or a new version of one that exists.

    The version before ends the day before. Records ``policy.adopted``. Raises
    NotAllowed, Conflict for a title in use, Invalid for a day not after the last
    version's first and for a review before the day it takes effect.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(file.organization_id, by=by, what="file")
    rules.check_review(terms.review_on, effective_on=terms.effective_on)
    kept = _policy(policy, by=by)
    before = kept.versions.order_by("-number").first()
    if before is not None:
        _supersede(before, terms.effective_on)
    row = PolicyVersion.objects.create(
        policy=kept,
        number=before.number + 1 if before else 1,
        effective_on=terms.effective_on,
        media=list(terms.media),
        topics=list(terms.topics),
        review_on=terms.review_on,
        file=file,
        adopted_by=by.user,
    )
    keep_proof(
        file,
        by=by,
        to=Target("policy", kept.pk, str(kept)),
        purpose=Purpose.POLICY,
        valid_from=row.effective_on,
    )
    record(
        trail.POLICY_ADOPTED,
        by=by,
        about=about(kept, kept.organization_id),
        facts={"number": row.number, "effective_on": row.effective_on},
        personal={"policy": kept.title},
        documents=[file.sha256],
    )
    return row


@transaction.atomic
def end_policy(policy: Policy, *, by: Actor, last_on: date) -> Policy:
    """Say which day is a policy's last; its versions stay on record.

    Records ``policy.ended``. Raises NotAllowed, Conflict when it has ended, Invalid
    for a day before the version in force began.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(policy.organization_id, by=by, what="policy")
    kept = Policy.objects.locked(policy.pk)
    latest = kept.versions.order_by("-number").first()
    if latest is None or latest.superseded_on is not None:
        raise Conflict("This policy has ended already.")
    _supersede(latest, last_on + timedelta(days=1), field="last_on")
    record(
        trail.POLICY_ENDED,
        by=by,
        about=about(kept, kept.organization_id),
        facts={"last_on": last_on},
        personal={"policy": kept.title},
    )
    return kept


def _policy(policy: Policy | str, *, by: Actor) -> Policy:
    if isinstance(policy, Policy):
        check_owner(policy.organization_id, by=by, what="policy")
        return Policy.objects.locked(policy.pk)
    title = " ".join(policy.split())
    if Policy.objects.filter(organization=by.organization, title__iexact=title):
        message = "A policy of this title exists. Add a version to it instead."
        raise Conflict(message, fields={"title": [message]})
    return Policy.objects.create(organization=by.organization, title=title)


def _supersede(
    version: PolicyVersion, on: date, *, field: str = "effective_on"
) -> None:
    """End a version the day before ``on``; the paper's days follow."""
    if on <= version.effective_on:
        message = (
            f"The version before begins on {version.effective_on:%-d %b %Y}. Choose a "
            "later day."
        )
        raise Invalid(message, fields={field: [message]})
    if version.superseded_on is None or on < version.superseded_on:
        version.superseded_on = on
        version.save(update_fields=["superseded_on"])
        version.file.attachments.filter(
            subject_type="policy", subject_id=version.policy_id, ended_at=None
        ).update(valid_until=on - timedelta(days=1))
