"""The sheet of an assignment: every question with all that stands around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from apps.core.errors import NotFound
from apps.questionnaires import rules
from apps.questionnaires.enums import (
    WITH_VENDOR,
    AssignmentState,
    Decision,
)
from apps.questionnaires.models import (
    Answer,
    AnswerFile,
    AnswerReview,
    Assignment,
    Comment,
    Delegation,
    Submission,
)
from apps.questionnaires.queries.assignments import (
    delegated_sections,
    leads,
    respondents,
)
from apps.tenancy.actor import Actor, AnyActor, SystemActor

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Former:
    """What was handed in last time for the same question."""

    words: str
    note: str
    wording_changed: bool
    files: frozenset[str]
    submitted_at: datetime


@dataclass(slots=True)
class Item:
    """One question of the sheet. ``answer`` is the vendor's present one."""

    question: rules.Question
    number: int
    answer: Answer | None
    given: rules.Given
    is_shown: bool
    is_answered: bool
    is_writable: bool
    files: list[AnswerFile]
    comments: list[Comment] = field(default_factory=list)
    former: Former | None = None
    review: AnswerReview | None = None

    @property
    def version(self) -> int:
        """How often the answer was saved; 0 for never."""
        return self.answer.version if self.answer else 0

    @property
    def value(self) -> Any:
        """The stored value."""
        return self.answer.value if self.answer else None

    @property
    def note(self) -> str:
        """The stored note."""
        return self.answer.note if self.answer else ""

    @property
    def words(self) -> str:
        """The value as people read it."""
        return rules.in_words(self.question, self.value)

    @property
    def needs_confirmation(self) -> bool:
        """Whether a taken-over value waits for somebody to say it is still true."""
        return self.answer is not None and self.answer.confirmed_at is None

    @property
    def is_changed_since(self) -> bool:
        """Whether answer or evidence differ from last time's."""
        if self.former is None:
            return False
        files = frozenset(row.file.sha256 for row in self.files)
        former = self.former.words, self.former.note, self.former.files
        return (self.words, self.note, files) != former


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the sheet with counts over what is shown."""

    section: rules.Section
    items: tuple[Item, ...]
    delegations: tuple[Delegation, ...]
    is_writable: bool

    @property
    def shown(self) -> int:
        """Questions shown."""
        return sum(item.is_shown for item in self.items)

    @property
    def answered(self) -> int:
        """Shown questions answered."""
        return sum(item.is_shown and item.is_answered for item in self.items)

    @property
    def to_confirm(self) -> int:
        """Taken-over answers that wait to be confirmed."""
        return sum(item.is_shown and item.needs_confirmation for item in self.items)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All parts with totals."""

    parts: tuple[Part, ...]

    @property
    def items(self) -> list[Item]:
        """Every question in order."""
        return [item for part in self.parts for item in part.items]

    @property
    def shown(self) -> int:
        """Questions shown."""
        return sum(part.shown for part in self.parts)

    @property
    def answered(self) -> int:
        """Shown questions answered."""
        return sum(part.answered for part in self.parts)

    @property
    def unanswered(self) -> list[Item]:
        """Shown questions without an answer."""
        return [item for item in self.items if item.is_shown and not item.is_answered]


def given_of(answer: Answer | None, files: int) -> rules.Given:
    """An answer as rules see it; a taken-over one counts once it is confirmed."""
    if answer is None or answer.confirmed_at is None:
        return rules.Given()
    return rules.Given(value=answer.value, note=answer.note, files=files)


def answers_of(assignment: Assignment) -> dict[str, Answer]:
    """Present answers by question with their files. Two queries."""
    files = AnswerFile.objects.filter(removed_at=None).select_related("file")
    rows = (
        Answer.objects.filter(assignment=assignment)
        .select_related("answered_by")
        .prefetch_related(Prefetch("files", files, to_attr="present_files"))
    )
    return {row.question_id: row for row in rows}


def files_of(answer: Answer | None) -> list[AnswerFile]:
    """Files of an answer that ``answers_of`` read. No query."""
    return list(getattr(answer, "present_files", ())) if answer else []


def all_given(answers: Mapping[str, Answer]) -> dict[str, rules.Given]:
    """Answers as rules see them; a file nobody can open proves nothing. No query."""
    return {
        pk: given_of(each, sum(row.file.is_readable for row in files_of(each)))
        for pk, each in answers.items()
    }


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around the questions of a sheet, read once."""

    answers: dict[str, Answer]
    given: dict[str, rules.Given]
    shown: frozenset[str]
    comments: dict[str, list[Comment]]
    formers: tuple[dict[str, Said], Submission | None]
    reviews: dict[str, AnswerReview]
    writable: frozenset[str]


def sheet(actor: Actor, assignment: Assignment) -> Sheet:
    """The vendor's working sheet. Only the vendor's organization reads it; what was
    handed in is read as ``review_sheet``. At most eight queries, however long."""
    if actor.organization_id != assignment.provider_id:
        raise NotFound
    around = _around(actor, assignment)
    delegations = _delegations(assignment)
    parts: dict[str, list[Item]] = defaultdict(list)
    for number, question in enumerate(assignment.questions, start=1):
        item = _item(question, number, assignment.state, around)
        parts[question.section].append(item)
    return Sheet(
        tuple(
            Part(
                section=section,
                items=tuple(parts[section.id]),
                delegations=tuple(delegations.get(section.id, ())),
                is_writable=section.id in around.writable,
            )
            for section in assignment.content.sections
            if parts[section.id]
        )
    )


def _around(actor: Actor, assignment: Assignment) -> _Around:
    answers = answers_of(assignment)
    given = all_given(answers)
    is_open = assignment.state in WITH_VENDOR
    return _Around(
        answers=answers,
        given=given,
        shown=rules.shown_ids(assignment.questions, given),
        comments=comments_of(assignment),
        formers=formers_of(assignment),
        reviews=latest_reviews(assignment),
        writable=writable_sections(actor, assignment) if is_open else frozenset(),
    )


def _item(
    question: rules.Question, number: int, state: AssignmentState, around: _Around
) -> Item:
    answer = around.answers.get(question.id)
    review = around.reviews.get(question.id)
    said = around.given.get(question.id, rules.Given())
    is_mine = question.section in around.writable
    return Item(
        question=question,
        number=number,
        answer=answer,
        given=said,
        is_shown=question.id in around.shown,
        is_answered=rules.is_answered(question, said),
        is_writable=is_mine and rules.may_change(state, _decision(review)),
        files=files_of(answer),
        comments=around.comments.get(question.id, []),
        former=_former(question, around.formers),
        review=review,
    )


def _decision(review: AnswerReview | None) -> Decision | None:
    return Decision(review.decision) if review else None


def writable_sections(actor: AnyActor, assignment: Assignment) -> frozenset[str]:
    """Sections the actor may answer: all for who leads, else those delegated.

    At most one query.
    """
    if isinstance(actor, SystemActor) or leads(actor):
        return frozenset(section.id for section in assignment.content.sections)
    return delegated_sections(actor, assignment)


def comments_of(assignment: Assignment) -> dict[str, list[Comment]]:
    """Comments both parties read, by question, oldest first. One query."""
    found: dict[str, list[Comment]] = defaultdict(list)
    rows = Comment.objects.filter(assignment=assignment)
    for row in rows.select_related("author", "organization").order_by(
        "created_at", "id"
    ):
        found[row.question_id].append(row)
    return found


def _delegations(assignment: Assignment) -> dict[str, list[Delegation]]:
    """Running delegations by section; ``is_here`` tells whether the person still
    answers for the vendor. One query."""
    found: dict[str, list[Delegation]] = defaultdict(list)
    here = respondents(assignment).filter(user=OuterRef("user"))
    rows = Delegation.objects.filter(assignment=assignment, ended_at=None)
    for row in rows.select_related("user").annotate(is_here=Exists(here)):
        found[row.section_id].append(row)
    return found


def latest_submission(assignment: Assignment) -> Submission | None:
    """What was handed in last. One query."""
    return (
        Submission.objects.filter(assignment=assignment)
        .select_related("submitted_by")
        .order_by("-number")
        .first()
    )


def latest_reviews(assignment: Assignment) -> dict[str, AnswerReview]:
    """Decisions on the latest submission, by question. One query.

    They are the vendor's to read only once the assignment was returned or closed.
    """
    if assignment.submitted_at is None:
        return {}
    rows = AnswerReview.objects.filter(assignment=assignment).select_related(
        "decided_by", "submission"
    )
    found: dict[str, AnswerReview] = {}
    for row in rows.order_by("submission__number"):
        found[row.question_id] = row
    latest = max((row.submission.number for row in found.values()), default=0)
    current = {pk: row for pk, row in found.items() if row.submission.number == latest}
    is_told = assignment.returned_at is not None or assignment.closed_at is not None
    return current if is_told else {}


def formers_of(assignment: Assignment) -> tuple[dict[str, Said], Submission | None]:
    """What was handed in last at the assignment before this one. One query."""
    if assignment.previous_id is None:
        return {}, None
    row = (
        Submission.objects.filter(assignment=assignment.previous_id)
        .order_by("-number")
        .first()
    )
    return (dict(row.answers), row) if row else ({}, None)


def _former(
    question: rules.Question, formers: tuple[dict[str, Said], Submission | None]
) -> Former | None:
    answers, submission = formers
    said = answers.get(question.id)
    if said is None or submission is None:
        return None
    return Former(
        words=str(said["words"]),
        note=str(said["note"]),
        wording_changed=said["text"] != question.text,
        files=frozenset(file["sha256"] for file in said["files"]),
        submitted_at=submission.created_at,
    )
