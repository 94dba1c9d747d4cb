"""What one xAPI statement says of an agent, a course and a day, or why nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.core.dates import local_date
from apps.core.tables import BadValue, RowProblem, check_plausible
from apps.training.enums import Mode, Outcome
from apps.training.importer.reading import (
    HIGHEST_SCORE,
    HUNDREDTH,
    LONGEST_LANGUAGE,
    LONGEST_TRAINER,
    NOT_COMPLETED,
)
from apps.training.importer.values import Directory, Reading, StagedRow
from apps.training.rules import Word, outcome_of, valid_until, version_on
from apps.workforce.rules import RowRefused

_ADL = "http://adlnet.gov/expapi/verbs/"
VOIDED = f"{_ADL}voided"
VERBS = {
    f"{_ADL}passed": Word.PASSED,
    f"{_ADL}failed": Word.FAILED,
    f"{_ADL}completed": Word.DONE,
    f"{_ADL}attended": Word.DONE,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One element of what was sent, and the id it is known by (None: it has none
    that can be used)."""

    number: int
    content: Any
    statement_id: UUID | None
    sha256: str

    @property
    def refers_to(self) -> UUID | None:
        """The statement it is about, if it is about one."""
        if part(self.content, "object", "objectType") != "StatementRef":
            return None
        try:
            return UUID(_text(part(self.content, "object", "id")))
        except ValueError:
            return None


def is_statement(element: Any) -> bool:
    """Whether it has the three parts every statement has."""
    return isinstance(element, dict) and {"actor", "verb", "object"} <= element.keys()


def verb_of(content: Any) -> str:
    """The id of the verb, "" where there is none."""
    return _text(part(content, "verb", "id"))


def part(content: Any, *path: str) -> Any:
    """What stands below these keys; None where the content has another shape."""
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def refuse(
    each: Sent, where: str, value: object, expected: str, code: str
) -> RowRefused:
    """The refusal of a statement, numbered by its place."""
    problem = RowProblem(each.number, where, str(value), expected, code)
    return RowRefused(code.replace("_", " "), problem)


class StatementRows:
    """Reads statements by what names mean here; remembers hashed mailboxes."""

    def __init__(
        self, directory: Directory, *, zone: str, today: date, reading: Reading
    ) -> None:
        self.directory = directory
        self.zone = zone
        self.today = today
        self.reading = reading
        self._by_mail_hash: dict[str, UUID | None] | None = None

    def row(self, each: Sent) -> StagedRow:
        """Return the record a statement makes. Raises RowRefused."""
        word = self._word(each)
        agent_id = self._agent(each)
        course_id = self._course(each)
        completed_on = self._day(each)
        version = version_on(self.directory.versions.get(course_id, ()), completed_on)
        if version is None:
            raise refuse(
                each,
                "timestamp",
                completed_on,
                "a day on which a version of the course was in effect; add the version "
                "that was taught then",
                "before_first_version",
            )
        score = self._score(each)
        outcome = outcome_of(word, score=score, pass_mark=version.pass_mark)
        is_passed = outcome is Outcome.PASSED
        return StagedRow(
            row=each.number,
            agent_id=agent_id,
            course_id=course_id,
            course_version_id=version.pk,
            completed_on=completed_on,
            valid_until=valid_until(
                completed_on,
                version.validity_months,
                window_starts_on=version.window_starts_on,
            )
            if is_passed
            else None,
            outcome=outcome or Outcome.FAILED,
            score=score,
            language=_text(part(each.content, "context", "language"))[
                :LONGEST_LANGUAGE
            ],
            mode=Mode.UNKNOWN.value,
            trainer=_text(part(each.content, "context", "instructor", "name"))[
                :LONGEST_TRAINER
            ],
        )

    # -- What happened ----------------------------------------------------------

    def _word(self, each: Sent) -> Word:
        verb = verb_of(each.content)
        word = VERBS.get(verb)
        if word is None:
            raise refuse(
                each,
                "verb.id",
                verb,
                "passed, failed, completed, attended or voided",
                "verb_is_no_completion",
            )
        success = part(each.content, "result", "success")
        contradicts = {Word.PASSED: False, Word.FAILED: True}
        if isinstance(success, bool) and contradicts.get(word) is success:
            raise refuse(
                each,
                "result.success",
                success,
                "a result that agrees with the verb",
                "verb_and_result_contradict",
            )
        if part(each.content, "result", "completion") is False and word is Word.DONE:
            self.reading.not_completed[verb[-40:]] += 1
            raise RowRefused(NOT_COMPLETED)
        if word is Word.DONE and isinstance(success, bool):
            return Word.PASSED if success else Word.FAILED
        return word

    def _score(self, each: Sent) -> Decimal | None:
        """In percent where the statement allows to tell, else as it stands."""
        score = part(each.content, "result", "score")
        scaled, raw, most = (_number(part(score, key)) for key in _SCORES)
        if scaled is not None:
            found = scaled * 100
        elif raw is not None and most:
            found = raw / most * 100
        else:
            found = raw  # type: ignore[assignment]
        if found is None:
            return None
        if not 0 <= found <= HIGHEST_SCORE:
            expected = "a score from 0 to 999.99"
            raise refuse(each, "result.score", found, expected, "not_a_score")
        return Decimal(found).quantize(HUNDREDTH)

    def _day(self, each: Sent) -> date:
        text = _text(part(each.content, "timestamp"))
        expected = "an instant with its zone, such as 2026-03-31T14:05:00Z"
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            code = "not_a_date" if text else "no_timestamp"
            raise refuse(each, "timestamp", text, expected, code) from None
        if instant.tzinfo is None:
            raise refuse(each, "timestamp", text, expected, "no_zone")
        try:
            # The first step refuses instants at the edge of the calendar.
            day = local_date(instant.astimezone(UTC), self.zone)
            return check_plausible(day, not_after=self.today)
        except (BadValue, OverflowError):
            expected = f"a day from 1996 to {self.today.isoformat()}"
            raise refuse(
                each, "timestamp", text, expected, "implausible_date"
            ) from None

    # -- Who and what -----------------------------------------------------------

    def _agent(self, each: Sent) -> UUID:
        actor = each.content["actor"]
        shown = _actor_in_words(actor)
        if part(actor, "objectType") == "Group":
            expected = "one agent, not a group"
            raise refuse(each, "actor", shown, expected, "actor_is_a_group")
        for book, key in self._places(actor):
            if key in book:
                agent = book[key]
                if agent is not None:
                    return agent
                expected = "a name of one agent only; use the agent id"
                raise refuse(each, "actor", shown, expected, "ambiguous_agent")
        raise refuse(
            each,
            "actor",
            shown,
            "an agent of the roster, by account name (agent id) or mailbox",
            "unknown_agent",
        )

    def _places(self, actor: Any) -> Iterable[tuple[Mapping[str, UUID | None], str]]:
        directory = self.directory
        name = _text(part(actor, "account", "name")).casefold()
        if name:
            yield directory.agents_by_id, name
            yield directory.agents_by_email, name
        box = _text(part(actor, "mbox")).casefold()
        if box:
            yield directory.agents_by_email, box.removeprefix("mailto:")
        if hashed := _text(part(actor, "mbox_sha1sum")).casefold():
            yield self._mail_hashes(), hashed

    def _mail_hashes(self) -> Mapping[str, UUID | None]:
        if self._by_mail_hash is None:
            self._by_mail_hash = {
                hashlib.sha1(
                    f"mailto:{mail}".encode(), usedforsecurity=False
                ).hexdigest(): agent
                for mail, agent in self.directory.agents_by_email.items()
            }
        return self._by_mail_hash

    def _course(self, each: Sent) -> UUID:
        names = _activity_names(each.content["object"])
        found = set()
        for name in names:
            key = " ".join(name.split()).casefold()
            course = self.directory.courses_by_code.get(key)
            if course is None and key in self.directory.courses_by_name:
                course = self.directory.courses_by_name[key]
                if course is None:
                    expected = "a name of one course only; map the activity id"
                    raise refuse(each, "object", name, expected, "two_courses")
            if course is not None:
                found.add(course)
        if len(found) == 1:
            return found.pop()
        if found:
            expected = "id and name of one course"
            raise refuse(each, "object", names[0], expected, "two_courses")
        self._note_unknown(names)
        raise refuse(
            each,
            "object",
            names[0] if names else "",
            "the code, title or alias of a course; add the course or map this name",
            "unknown_course",
        )

    def _note_unknown(self, names: list[str]) -> None:
        if names:
            count, first = self.reading.unknown_courses.get(names[0], (0, None))
            self.reading.unknown_courses[names[0]] = (count + 1, first)


_SCORES = ("scaled", "raw", "max")


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _actor_in_words(actor: Any) -> str:
    known = (("account", "name"), ("mbox",), ("mbox_sha1sum",), ("openid",), ("name",))
    return next((text for path in known if (text := _text(part(actor, *path)))), "")


def _activity_names(activity: Any) -> list[str]:
    """The id, then the names in every language; what a map of courses may hold."""
    names = part(activity, "definition", "name")
    spoken = list(names.values()) if isinstance(names, dict) else []
    return [text for each in (part(activity, "id"), *spoken) if (text := _text(each))]
