"""Campaigns: opened on a frozen population, extended, delegated, closed, signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.access_reviews import messages, queries, rules, trail
from apps.access_reviews.actions.systems import own_subject, require_own
from apps.access_reviews.models import Campaign, CampaignItem, System
from apps.audit.actions import record
from apps.core import clock, ids
from apps.core.copying import copy_new
from apps.core.dates import local_date
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.notifications import actions as notifications
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.actor import system as job_actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import User

REVIEWER = job_actor(
    "access_reviews.campaigns",
    {Permission.ACCESS_REVIEW, Permission.ACCESS_VIEW, Permission.EVIDENCE_ADD},
)


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """What a person says of a campaign.

    ``due_on`` is the last day. ``reviewer`` reviews every line; None: whom the
    reviewer rules name. ``recurrence_months`` opens the next one by itself every so
    many months, counted from ``recurs_from``; None: the day this one opens.
    """

    name: str
    systems: Sequence[System]
    due_on: date
    reviewer: User | None = None
    recurrence_months: int | None = None
    recurs_from: date | None = None


@transaction.atomic
def open_campaign(
    *, by: AnyActor, terms: CampaignTerms, previous: Campaign | None = None
) -> Campaign:
    """Freeze who has access to the systems and start the review of it.

    Steps: lock the systems, so that no snapshot is written meanwhile; read every
    grant present with its flags; write the lines and the hash over them; event
    ``campaign.opened``; tell the reviewers. The population never changes afterwards;
    several campaigns may run at once. Raises Invalid for a due day in the past or
    systems without any account, Conflict for a second one of the same name over one
    of the systems while the first is open: a form sent twice opens one.
    """
    by.require(Permission.ACCESS_REVIEW)
    by.require(Permission.ACCESS_VIEW)
    _check(terms)
    organization = terms.systems[0].organization
    require_own(by, organization)
    _check_due(terms, clock.today(organization.time_zone))
    systems = lock_systems(terms.systems)
    if previous is None:
        _check_once(terms, systems)
    before = previous or queries.last_signed_off(organization, systems)
    lines = queries.grant_lines(
        organization, systems, reviewed=queries.reviewed_grants(before)
    )
    if not lines:
        raise Invalid(
            "These systems hold no account yet. Import an export of each first."
        )
    campaign = _campaign(terms, systems, by=by, previous=before)
    rows = _rows(campaign, lines, start=1)
    campaign.population_count = len(rows)
    campaign.population_sha256 = rules.population_sha256(map(population_line, rows))
    campaign.save(force_insert=True)
    campaign.systems.set(systems)
    copy_new(rows)
    _record_opened(campaign, systems, by=by)
    _tell_reviewers(campaign, rows)
    return campaign


def _campaign(
    terms: CampaignTerms,
    systems: Sequence[System],
    *,
    by: AnyActor,
    previous: Campaign | None,
) -> Campaign:
    organization = systems[0].organization
    today = clock.today(organization.time_zone)
    months, first = terms.recurrence_months, terms.recurs_from or today
    return Campaign(
        organization=organization,
        name=terms.name.strip(),
        previous=previous,
        reviewer=terms.reviewer,
        opened_by_id=by.user_id,
        opened_at=clock.now(),
        due_on=terms.due_on,
        recurrence_months=months,
        recurs_from=first if months else None,
        next_on=rules.next_opening(first, months, after=today) if months else None,
        sources=_sources(systems),
    )


def _record_opened(
    campaign: Campaign, systems: Sequence[System], *, by: AnyActor
) -> None:
    record(
        trail.CAMPAIGN_OPENED,
        by=by,
        about=own_subject(campaign, campaign.organization_id),
        facts={
            "items": campaign.population_count,
            "systems": sorted(str(each.pk) for each in systems),
            "due_on": campaign.due_on,
            "population_sha256": campaign.population_sha256,
        },
        personal={"campaign": campaign.name},
        documents=[str(each["sha256"]) for each in campaign.sources],
    )


def _check_due(terms: CampaignTerms, today: date) -> None:
    if terms.due_on < today:
        text = "The review is due in the past. Choose a later day."
        raise Invalid(text, fields={"due_on": [text]})


def _check_once(terms: CampaignTerms, systems: Sequence[System]) -> None:
    if queries.open_campaign_named(terms.name.strip(), systems):
        text = (
            f"A review named {terms.name.strip()} over these systems is open already. "
            "Go on with it, or choose another name."
        )
        raise Conflict(text, fields={"name": [text]})


def _check(terms: CampaignTerms) -> None:
    if not terms.name.strip():
        raise Invalid("A review needs a name.", fields={"name": ["Give a name."]})
    if not terms.systems:
        text = "Choose at least one system."
        raise Invalid(text, fields={"systems": [text]})
    if len({each.organization_id for each in terms.systems}) > 1:
        raise NotAllowed("A review covers systems of one organization.")


def lock_systems(systems: Iterable[System]) -> list[System]:
    rows = System.objects.select_for_update(of=("self",)).filter(
        pk__in=[each.pk for each in systems]
    )
    return list(rows.select_related("organization").order_by("pk"))


def _sources(systems: Sequence[System]) -> list[dict[str, object]]:
    """The exports the population stands on, with what they state of themselves."""
    newest = queries.last_snapshots([each.pk for each in systems])
    return [
        {
            "system": each.name,
            "file_name": newest[each.pk].file_name,
            "sha256": newest[each.pk].file.sha256,
            "exported_by": newest[each.pk].exported_by,
            "exported_at": newest[each.pk].exported_at.isoformat(),
            "read": newest[each.pk].account["read"],
            "kept": newest[each.pk].account["kept"],
            "refused": newest[each.pk].account["refused_total"],
            "is_complete": newest[each.pk].proves_absence,
        }
        for each in sorted(systems, key=lambda row: row.name)
        if each.pk in newest
    ]


def _rows(
    campaign: Campaign,
    lines: Sequence[queries.GrantLine],
    *,
    start: int,
    addendum: int = 0,
) -> list[CampaignItem]:
    now = clock.now()
    reviewers = queries.reviewers_for(
        campaign.organization, lines, named=campaign.reviewer
    )
    return [
        CampaignItem(
            id=ids.uuid7(),
            created_at=now,
            campaign=campaign,
            number=number,
            addendum=addendum,
            grant=line.grant,
            system_id=line.account.system_id,
            reviewer_id=reviewer,
            facts=queries.frozen_facts(line),
            flags=[flag.value for flag in line.flags.raised],
            unknown=[flag.value for flag in line.flags.unknown],
            subject=list(line.subject),
        )
        for number, (line, reviewer) in enumerate(
            zip(lines, reviewers, strict=True), start=start
        )
    ]


def population_line(row: CampaignItem) -> list[object]:
    """What the hash of a population is over, for one line."""
    facts = row.facts
    words = [facts["system"], facts["key"], facts["role"]]
    return [row.number, row.addendum, str(row.grant_id), *words, sorted(row.flags)]


def _tell_reviewers(campaign: Campaign, rows: Iterable[CampaignItem]) -> None:
    key = f"campaign.opened:{campaign.pk}:{campaign.addenda}"
    counts = Counter(row.reviewer_id for row in rows if row.reviewer_id)
    tell_reviewers(campaign, counts, key=key)


def tell_reviewers(campaign: Campaign, counts: Mapping[UUID, int], *, key: str) -> None:
    """Tell each reviewer how many lines are theirs; once for a key."""
    drafts = [
        notifications.Draft(
            member,
            {
                "campaign": campaign.name,
                "items": counts[member.user_id],
                "due": f"{campaign.due_on:%-d %B %Y}",
            },
            queries.campaign_path(campaign.pk),
            key,
        )
        for member in queries.reviewers(campaign.organization)
        if member.user_id in counts
    ]
    notifications.notify_each(messages.CAMPAIGN_OPENED, drafts=drafts)


@transaction.atomic
def add_late_arrivals(campaign: Campaign, *, by: AnyActor = REVIEWER) -> int:
    """Add grants that appeared since, as an addendum of their own; return how many.

    The frozen population and its hash stay as they are. Event ``campaign.extended``.
    Nothing happens to a campaign that is closed or cancelled.
    """
    by.require(Permission.ACCESS_REVIEW)
    locked = Campaign.objects.locked(campaign.pk)
    if locked.state != "open":
        return 0
    systems = list(locked.systems.select_related("organization"))
    known = queries.reviewed_grants(locked) or set()
    reviewed = queries.reviewed_grants(campaign.previous)
    found = queries.grant_lines(campaign.organization, systems, reviewed=reviewed)
    lines = [line for line in found if line.grant.pk not in known]
    if not lines:
        return 0
    locked.addenda = F("addenda") + 1
    locked.save(update_fields=["addenda"])
    locked.refresh_from_db(fields=["addenda"])
    locked.organization, locked.reviewer = campaign.organization, campaign.reviewer
    rows = _rows(locked, lines, start=len(known) + 1, addendum=locked.addenda)
    copy_new(rows)
    record(
        trail.CAMPAIGN_EXTENDED,
        by=by,
        about=own_subject(locked, locked.organization_id),
        facts={"items": len(rows), "addendum": locked.addenda},
        personal={"campaign": locked.name},
    )
    _tell_reviewers(locked, rows)
    return len(rows)


def open_locked(campaign: Campaign) -> Campaign:
    locked = Campaign.objects.locked(campaign.pk)
    if locked.state != "open":
        raise Conflict(
            f"This review is {locked.state}; nothing in it changes any more."
        )
    return locked


@transaction.atomic
def repeat_campaign(campaign: Campaign, *, by: SystemActor = REVIEWER) -> Campaign:
    """Open the next of a recurring campaign: same systems, same time to do it, same
    reviewers. A job that comes late moves no later one. From then on the new one
    recurs and the old one does not, so that a job that runs twice opens one. Reviews
    opened by hand change nothing of this."""
    by.require(Permission.ACCESS_REVIEW)
    locked = Campaign.objects.locked(campaign.pk)
    if locked.next_on is None:
        return locked
    zone = campaign.organization.time_zone
    opened_on = local_date(locked.opened_at, zone)
    terms = CampaignTerms(
        name=locked.name,
        systems=list(locked.systems.select_related("organization")),
        due_on=clock.today(zone) + (locked.due_on - opened_on),
        reviewer=campaign.reviewer,
        recurrence_months=locked.recurrence_months,
        recurs_from=locked.recurs_from or opened_on,
    )
    locked.next_on = None
    locked.save(update_fields=["next_on"])
    return open_campaign(by=by, terms=terms, previous=locked)
