"""What was handed in, as the reviewer reads it: beside last time's, with the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.errors import NotFound
from apps.questionnaires import rules
from apps.questionnaires.enums import Decision
from apps.questionnaires.models import (
    AnswerFile,
    AnswerReview,
    Assignment,
    Comment,
    InternalNote,
    Submission,
)
from apps.questionnaires.queries.handed_in import what_is_said
from apps.questionnaires.queries.sheet import (
    Said,
    comments_of,
    formers_of,
    latest_submission,
)
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One shown question: what is said, last time, decision, remarks; ``unreadable``
    are ids of files that nobody can open, so that they prove nothing."""

    question: rules.Question
    number: int
    said: Said | None
    is_answered: bool
    is_hit: bool
    last: Said | None
    last_review: AnswerReview | None
    review: AnswerReview | None
    comments: tuple[Comment, ...]
    notes: tuple[InternalNote, ...]
    unreadable: frozenset[str]

    @property
    def is_changed_since(self) -> bool:
        """Whether question, answer or evidence differ from last time's."""
        if self.last is None or self.said is None:
            return False
        return what_is_said(self.said) != what_is_said(self.last)

    @property
    def is_new(self) -> bool:
        """Whether it was not answered last time."""
        return self.last is None


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """A section with its score."""

    score: rules.SectionScore
    items: tuple[ReviewItem, ...]


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """The latest submission under review."""

    submission: Submission
    former: Submission | None
    score: rules.Score
    parts: tuple[ReviewPart, ...]

    @property
    def items(self) -> list[ReviewItem]:
        """Every shown question in order."""
        return [item for part in self.parts for item in part.items]

    @property
    def rows(self) -> list[rules.RequirementRow]:
        """The seven requirements, then sections that belong to none."""
        return rules.requirement_rows(section_data(self.score))

    @property
    def undecided(self) -> list[ReviewItem]:
        """Answers without a decision; what was not answered needs none."""
        return [i for i in self.items if i.is_answered and i.review is None]

    @property
    def to_change(self) -> list[ReviewItem]:
        """Answers whose change is requested."""
        wanted = Decision.REQUEST_CHANGE
        return [i for i in self.items if i.review and i.review.decision == wanted]


def review_sheet(actor: AnyActor, assignment: Assignment) -> ReviewSheet:
    """The submission the client reviews. NotFound for the vendor, which has its own
    sheet, and before anything was handed in. At most ten queries, however long.

    Internal notes are those of the actor's own organization.
    """
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    if actor.organization_id == assignment.provider_id:
        raise NotFound
    submission = latest_submission(assignment)
    if submission is None:
        raise NotFound
    unreadable = _unreadable(assignment)
    score = _score(assignment, submission, unreadable)
    parts: dict[str, list[ReviewItem]] = defaultdict(list)
    for item in _items(actor, assignment, submission, unreadable):
        parts[item.question.section].append(item)
    return ReviewSheet(
        submission=submission,
        former=formers_of(assignment)[1],
        score=score,
        parts=tuple(
            ReviewPart(section, tuple(parts[section.section.id]))
            for section in score.sections
        ),
    )


def _unreadable(assignment: Assignment) -> frozenset[str]:
    """Ids of files behind answers that are in quarantine or destroyed. One query."""
    rows = AnswerFile.objects.filter(answer__assignment=assignment).exclude(
        file__quarantined_reason="", file__destroyed_at=None
    )
    return frozenset(str(pk) for pk in rows.values_list("pk", flat=True))


def _score(
    assignment: Assignment, submission: Submission, unreadable: frozenset[str]
) -> rules.Score:
    decisions = {
        pk: Decision(row.decision) for pk, row in reviews_of(submission).items()
    }
    return rules.score(
        assignment.content,
        assignment.questions,
        given_in(submission.answers, unreadable=unreadable),
        decisions,
    )


def _items(
    actor: AnyActor,
    assignment: Assignment,
    submission: Submission,
    unreadable: frozenset[str],
) -> Iterator[ReviewItem]:
    """Shown questions in order with all that stands around them."""
    answers: Mapping[str, Said] = submission.answers
    given = given_in(answers, unreadable=unreadable)
    reviews = reviews_of(submission)
    last, former = formers_of(assignment)
    last_reviews = reviews_of(former) if former else {}
    comments, notes = comments_of(assignment), notes_of(actor, assignment)
    shown = rules.shown_ids(assignment.questions, given)
    for number, question in enumerate(assignment.questions, start=1):
        pk, review = question.id, reviews.get(question.id)
        decision = Decision(review.decision) if review else None
        if pk not in shown:
            continue
        yield ReviewItem(
            question=question,
            number=number,
            said=answers.get(pk),
            is_answered=rules.is_answered(question, given.get(pk)),
            is_hit=rules.is_hit(question, given.get(pk), decision),
            last=last.get(pk),
            last_review=last_reviews.get(pk),
            review=review,
            comments=tuple(comments.get(pk, ())),
            notes=tuple(notes.get(pk, ())),
            unreadable=unreadable,
        )


def given_in(
    answers: Mapping[str, Said], *, unreadable: Collection[str] = ()
) -> dict[str, rules.Given]:
    """Answers of a submission as rules see them, without ``unreadable`` files. No
    query."""
    return {
        pk: rules.Given(
            said["value"],
            said["note"],
            sum(file["id"] not in unreadable for file in said["files"]),
        )
        for pk, said in answers.items()
    }


def reviews_of(submission: Submission) -> dict[str, AnswerReview]:
    """Decisions on a submission by question. One query."""
    rows = AnswerReview.objects.filter(submission=submission)
    return {row.question_id: row for row in rows.select_related("decided_by")}


def notes_of(actor: AnyActor, assignment: Assignment) -> dict[str, list[InternalNote]]:
    """Internal notes of the actor's own organization, by question. One query."""
    found: dict[str, list[InternalNote]] = defaultdict(list)
    rows = InternalNote.objects.visible_to(actor).filter(assignment=assignment)
    for row in rows.select_related("author").order_by("created_at", "id"):
        found[row.question_id].append(row)
    return found


def section_data(score: rules.Score) -> list[dict[str, Any]]:
    """Scores of sections as plain data, to freeze with a verdict."""
    return [
        {
            "id": each.section.id,
            "title": each.section.title,
            "requirement": each.section.requirement,
            "shown": each.shown,
            "answered": each.answered,
            "score": _text(each),
            "hits": list(each.hits),
            "is_ready": each.is_ready,
        }
        for each in score.sections
    ]


def _text(each: rules.SectionScore) -> str:
    return "" if each.score is None else str(rules.rounded(each.score))
