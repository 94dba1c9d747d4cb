"""What changed between two proposals: cover terms, scope, wording by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from apps.agreements.rules.clauses import Clause
from apps.agreements.rules.terms import AgreementTerms
from apps.agreements.rules.window import ReportingWindow
from apps.agreements.rules.words import scope_labels
from apps.engagements.rules import DIMENSIONS, ScopeTerms

Change = Literal["same", "added", "removed"]
# A word carries the blank before it, so that words side by side stay apart.
_TOKENS = re.compile(r"\s*\S+|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that stayed, came or went."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A cover term before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """What came into a dimension of the scope and what went."""

    label: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause, its words, and where it stood before and after."""

    provision: str
    state: Literal["added", "removed", "reworded", "restated"]
    pieces: tuple[Piece, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs; empty parts did not change."""

    fields: tuple[FieldChange, ...]
    scope: tuple[ScopeChange, ...]
    clauses: tuple[ClauseChange, ...]
    is_other_document: bool

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        parts = (self.fields, self.scope, self.clauses)
        return not any(parts) and not self.is_other_document


@dataclass(frozen=True, slots=True)
class Proposal:
    """What two proposals are compared by.

    ``names`` are those of subcontractors by id; ``document_sha256`` that of an
    upload, "" for what is written from the template.
    """

    terms: AgreementTerms
    clauses: tuple[Clause, ...]
    names: Mapping[str, str]
    document_sha256: str = ""


def compare(old: Proposal, new: Proposal) -> Comparison:
    """What the newer proposal changes against the older one."""
    return Comparison(
        fields=_fields(old, new),
        scope=_scope(old.terms.scope, new.terms.scope),
        clauses=_clauses(old.clauses, new.clauses),
        is_other_document=old.document_sha256 != new.document_sha256,
    )


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as words kept, removed and added, in reading order.

    Joining what is same and removed gives the old text, same and added the new one.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for _, first, last, start, end in matcher.get_opcodes():
        gone, come = "".join(before[first:last]), "".join(after[start:end])
        if gone == come:
            pieces.append(Piece("same", gone))
            continue
        pieces += [Piece("removed", gone)] * bool(gone)
        pieces += [Piece("added", come)] * bool(come)
    return tuple(pieces)


def _fields(old: Proposal, new: Proposal) -> tuple[FieldChange, ...]:
    before = dict(cover_lines(old.terms, old.names))
    after = dict(cover_lines(new.terms, new.names))
    return tuple(
        FieldChange(label, text, after[label])
        for label, text in before.items()
        if text != after[label]
    )


def cover_lines(
    terms: AgreementTerms, names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """The cover terms as (label, text), in the order documents show them."""
    window = ReportingWindow(terms.reporting_value, terms.reporting_unit)
    return (
        ("In force from", f"{terms.effective_on:%-d %B %Y}"),
        (
            "Last day",
            f"{terms.expires_on:%-d %B %Y}" if terms.expires_on else "no last day",
        ),
        ("On the last day", str(terms.renewal.label)),
        ("Notice before a renewal", _days(terms.notice_days, "not stated")),
        ("Incidents are reported within", str(window)),
        ("PHI is returned or destroyed within", _days(terms.days_to_return, "")),
        ("Subcontractors", _subcontractors(terms, names)),
    )


def _days(count: int | None, none: str) -> str:
    if count is None:
        return none
    return f"{count} day" if count == 1 else f"{count} days"


def _subcontractors(terms: AgreementTerms, names: Mapping[str, str]) -> str:
    if terms.subcontractors is None:
        return "any, with approval"
    known = sorted(names.get(str(pk), "another") for pk in terms.subcontractors)
    return ", ".join(known) or "none"


def _scope(old: ScopeTerms, new: ScopeTerms) -> tuple[ScopeChange, ...]:
    found = []
    for field in DIMENSIONS:
        label, words = scope_labels(field)
        before, after = getattr(old, field), getattr(new, field)
        added = tuple(words.get(one, one) for one in after if one not in before)
        removed = tuple(words.get(one, one) for one in before if one not in after)
        if added or removed:
            found.append(ScopeChange(label, added, removed))
    for label, left, right in _single_values(old, new):
        if left != right:
            found.append(ScopeChange(label, (right,), (left,)))
    return tuple(found)


def _single_values(old: ScopeTerms, new: ScopeTerms) -> Iterable[tuple[str, str, str]]:
    def ceiling(scope: ScopeTerms) -> str:
        count = scope.head_count_ceiling
        return "no limit" if count is None else str(count)

    def remote(scope: ScopeTerms) -> str:
        return "yes" if scope.remote_work else "no"

    yield "Most agents", ceiling(old), ceiling(new)
    yield "Remote work", remote(old), remote(new)
    yield "Hours", old.hours or "not stated", new.hours or "not stated"


def _clauses(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[ClauseChange, ...]:
    before = {clause.provision: clause for clause in old}
    after = {clause.provision: clause for clause in new}
    changes = (
        _clause(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
    )
    return tuple(change for change in changes if change is not None)


def _clause(name: str, old: Clause | None, new: Clause | None) -> ClauseChange | None:
    was_in, is_in = bool(old and old.is_included), bool(new and new.is_included)
    left = old.wording if old and was_in else ""
    right = new.wording if new and is_in else ""
    before, after = _stands(old), _stands(new)
    if was_in == is_in and left == right:
        # Numbers move along with others; only a changed standing says something.
        is_restated = (old and old.standing) != (new and new.standing)
        return (
            ClauseChange(name, "restated", (), before, after) if is_restated else None
        )
    pieces = compare_words(left, right)
    if was_in and is_in:
        return ClauseChange(name, "reworded", pieces, before, after)
    return ClauseChange(name, "added" if is_in else "removed", pieces, before, after)


def _stands(clause: Clause | None) -> str:
    if clause is None or clause.standing is None:
        return "Not assessed"
    words = str(clause.standing.label)
    return f"{words}, {clause.place}" if clause.place else words
