"""One agreement with its history, its checklist and its scope beside what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.agreements.enums import ProvisionStanding, Requirement
from apps.agreements.models import (
    Agreement,
    AgreementVersion,
    Signature,
    VersionProvision,
)
from apps.agreements.queries.facts import facts, with_facts
from apps.agreements.queries.lists import covered_engagements
from apps.agreements.rules import (
    Provision,
    Standing,
    VersionFacts,
    checklist,
    gaps,
    scope_lines,
    standing_on,
)
from apps.engagements import queries as engagement_queries
from apps.engagements.models import DeclaredScope, Engagement
from apps.engagements.rules import ScopeTerms
from apps.tenancy.actor import AnyActor
from apps.tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version with its facts, checklist and signatures."""

    row: AgreementVersion
    facts: VersionFacts
    provisions: tuple[VersionProvision, ...]
    signatures: tuple[Signature, ...]

    @property
    def is_signed_late(self) -> bool:
        """Whether a side signed after the first day in force."""
        days = [signature.signed_on for signature in self.signatures]
        return any(day > self.row.effective_on for day in days)


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A line of the checklist and where it stands in a version, None for nowhere."""

    provision: Provision
    mark: VersionProvision | None
    is_required: bool
    is_gap: bool

    @property
    def words(self) -> str:
        """The standing as people read it."""
        return self.mark.get_standing_display() if self.mark else "Not assessed"

    @property
    def tone(self) -> str:
        """How it looks: only gaps are bad; what nobody asks for stays plain."""
        if self.is_gap:
            return "bad"
        if self.mark is None:
            return "warn" if self.is_required else "plain"
        return "good" if self.mark.standing == ProvisionStanding.MET else "plain"


@dataclass(frozen=True, slots=True)
class DeclaredCell:
    """What one engagement declares in a dimension, and whether it is too much."""

    text: str
    is_beyond: bool


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """One dimension: what the BAA permits beside what each engagement declares."""

    label: str
    permitted: str
    declared: tuple[DeclaredCell, ...]


@dataclass(frozen=True, slots=True)
class AgreementDetail:
    """All a page about one agreement shows; versions newest first.

    ``shown`` is the version in force, else the newest; ``lines`` and ``scope`` are
    of that one, ``scope`` with a column for each engagement of ``covered``.
    """

    agreement: Agreement
    standing: Standing
    versions: tuple[VersionView, ...]
    shown: VersionView
    lines: tuple[CheckedLine, ...]
    covered: tuple[Engagement, ...]
    scope: tuple[ScopeRow, ...]
    subcontractors: tuple[str, ...] | None


def history(agreement: Agreement) -> tuple[VersionView, ...]:
    """Every version of an agreement fetched through an actor, newest first.

    Three queries."""
    rows = with_facts(
        AgreementVersion.objects.filter(agreement=agreement)
        .select_related("document", "recorded_by")
        .prefetch_related("provisions", "signatures")
    ).order_by("-number")
    return tuple(
        VersionView(
            row, facts(row), tuple(row.provisions.all()), tuple(row.signatures.all())
        )
        for row in rows
    )


def agreement_detail(
    actor: AnyActor, agreement: Agreement, *, as_of: date
) -> AgreementDetail:
    """An agreement with its history and the engagements the actor may see under it.

    Six queries at most."""
    versions = history(agreement)
    standing = standing_on([one.facts for one in reversed(versions)], as_of)
    shown = _shown(versions, standing)
    covered = covered_engagements(actor, agreement)
    declared = engagement_queries.declared_scopes(
        [engagement.pk for engagement in covered], as_of=as_of
    )
    return AgreementDetail(
        agreement=agreement,
        standing=standing,
        versions=versions,
        shown=shown,
        lines=_lines(shown),
        covered=tuple(covered),
        scope=_scope_rows(
            shown.facts.scope, [declared.get(engagement.pk) for engagement in covered]
        ),
        subcontractors=_named(shown.facts),
    )


def _shown(versions: Sequence[VersionView], standing: Standing) -> VersionView:
    wanted = standing.version.version_id if standing.version else None
    return next((one for one in versions if one.row.pk == wanted), versions[0])


def _lines(shown: VersionView) -> tuple[CheckedLine, ...]:
    """The lines that apply to the agreement's hop."""
    marks = {mark.provision: mark for mark in shown.provisions}
    layer = shown.facts.layer
    lacking = {line.id for line in gaps(shown.facts.marks, layer)}
    return tuple(
        CheckedLine(
            provision=line.shifted(layer),
            mark=marks.get(line.id),
            is_required=line.is_required(layer),
            is_gap=line.id in lacking,
        )
        for line in checklist()
        if layer in line.layers and line.requirement is not Requirement.EXPLANATION
    )


def _scope_rows(
    permitted: ScopeTerms, declared: Sequence[DeclaredScope | None]
) -> tuple[ScopeRow, ...]:
    columns = [ScopeTerms.of(row) if row else None for row in declared]
    return tuple(
        ScopeRow(
            label=label,
            permitted=text,
            declared=tuple(_cell(column, permitted, dimension) for column in columns),
        )
        for dimension, label, text in scope_lines(permitted, unlimited="no limit")
    )


def _cell(
    column: ScopeTerms | None, permitted: ScopeTerms, dimension: str
) -> DeclaredCell:
    if column is None:
        return DeclaredCell("not declared", is_beyond=False)
    lines = scope_lines(column, unlimited="not stated")
    texts = {name: text for name, _, text in lines}
    beyond = {name for name, _ in column.excess(permitted)}
    return DeclaredCell(texts[dimension], is_beyond=dimension in beyond)


def _named(version: VersionFacts) -> tuple[str, ...] | None:
    """Names of the subcontractors the version allows, None for any."""
    if version.subcontractors is None:
        return None
    rows = Organization.objects.filter(pk__in=version.subcontractors)
    return tuple(rows.order_by("name", "id").values_list("name", flat=True))


@dataclass(frozen=True, slots=True)
class Review:
    """The whole checklist against one version, with counts that add up to it.

    ``lines`` are those of its hop; ``elsewhere`` those that speak of another hop.
    """

    lines: tuple[CheckedLine, ...]
    elsewhere: tuple[Provision, ...]
    counts: dict[str, int]
    gaps: int


def review(version: AgreementVersion) -> Review:
    """Where every line of the checklist stands in a version fetched through an actor.

    Optional, proposed and recommended lines are never gaps. Two queries.
    """
    row = with_facts(AgreementVersion.objects.filter(pk=version.pk)).get()
    known = facts(row)
    marks = {mark.provision: mark for mark in version.provisions.all()}
    lacking = {line.id for line in gaps(known.marks, known.layer)}
    lines = tuple(
        CheckedLine(
            provision=line.shifted(known.layer),
            mark=marks.get(line.id),
            is_required=line.is_required(known.layer),
            is_gap=line.id in lacking,
        )
        for line in checklist()
        if known.layer in line.layers
    )
    return Review(
        lines=lines,
        elsewhere=tuple(line for line in checklist() if known.layer not in line.layers),
        counts=_counts(lines),
        gaps=len(lacking),
    )


def _counts(lines: Sequence[CheckedLine]) -> dict[str, int]:
    """Lines by standing, in the order of the words; not assessed last."""
    counts = {str(word.label): 0 for word in ProvisionStanding} | {"Not assessed": 0}
    for line in lines:
        counts[line.words] += 1
    return counts
