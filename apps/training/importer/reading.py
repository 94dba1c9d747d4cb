"""A row of a learning system's export to a record, or to a reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from apps.core.tables import BadValue, ProblemLog, Row, parse_score
from apps.training.enums import Outcome
from apps.training.importer.columns import KEY_FIELDS
from apps.training.importer.values import Directory, Reading, StagedRow
from apps.training.rules import (
    VersionTerm,
    Word,
    mode_of,
    outcome_of,
    valid_until,
    version_on,
    word_of,
)
from apps.workforce.rules import Cells, RowRefused

NOT_COMPLETED = "not completed"
UNKNOWN_COURSE = "unknown course"
HIGHEST_SCORE = Decimal("999.99")
HUNDREDTH = Decimal("0.01")
LONGEST_LANGUAGE, LONGEST_TRAINER = 20, 200
MAX_UNKNOWN_COURSES = 200


def names_one_course(rows: Iterable[Row], cells: Cells) -> bool:
    """Whether no two rows name different courses; reads on until they do."""
    names: set[tuple[str, str]] = set()
    for row in rows:
        name = (cells.text(row, "course_code"), cells.text(row, "course_title"))
        if any(name):
            names.add((name[0].casefold(), name[1].casefold()))
        if len(names) > 1:
            return False
    return True


def stage(
    rows: Iterable[Row],
    *,
    cells: Cells,
    directory: Directory,
    reading: Reading,
    problems: ProblemLog,
) -> Iterator[StagedRow]:
    """Yield the rows that can be recorded; count and number the others in ``reading``.

    Constant memory: nothing is kept but counts and at most as many problems as the
    log holds.
    """
    reader = _Reader(cells, directory, reading)
    account = reading.account
    for row in rows:
        account.read += 1
        try:
            yield reader.staged(row)
        except RowRefused as refused:
            account.refused[refused.reason] += 1
            if refused.problem is not None:
                problems.add(refused.problem)


class _Reader:
    def __init__(self, cells: Cells, directory: Directory, reading: Reading) -> None:
        self.cells = cells
        self.directory = directory
        self.reading = reading
        self.today = cells.today
        self.latest_expiry = cells.today + timedelta(days=366 * 50)
        # What few courses and days say again and again.
        self._courses: dict[tuple[str, str], UUID] = {}
        self._until: dict[tuple[UUID, date], date | None] = {}

    def staged(self, row: Row) -> StagedRow:
        """Return the record a row makes. Raises RowRefused, one reason a row."""
        word = self._word(row)
        if word is Word.NOT_DONE:
            raise self._not_completed(row)
        score = self._score(row)
        agent_id = self._agent(row)
        course_id = self._course(row)
        completed_on = self._completed_on(row, word)
        version = self._version(row, course_id, completed_on)
        outcome = outcome_of(word, score=score, pass_mark=version.pass_mark)
        if outcome is None:
            raise self._not_completed(row)
        until = self._valid_until(version, completed_on)
        self._compare_expiry(row, until)
        return StagedRow(
            row=row.number,
            agent_id=agent_id,
            course_id=course_id,
            course_version_id=version.pk,
            completed_on=completed_on,
            valid_until=until if outcome is Outcome.PASSED else None,
            outcome=outcome,
            score=None if score is None else score.quantize(HUNDREDTH),
            language=self.cells.short(row, "language", LONGEST_LANGUAGE),
            mode=mode_of(self.cells.text(row, "mode")).value,
            trainer=self.cells.short(row, "trainer", LONGEST_TRAINER),
            signed_on=self._signed_on(row, completed_on),
        )

    def _signed_on(self, row: Row, completed_on: date) -> date | None:
        signed_on = self.cells.day(row, "signed_on", not_after=self.today)
        if signed_on is not None and signed_on < completed_on:
            raise self.cells.refuse(
                row,
                "signed_on",
                "signed before completion",
                f"a day from {completed_on} on",
                "signed_before_completion",
            )
        return signed_on

    def _valid_until(self, version: VersionTerm, completed_on: date) -> date | None:
        key = (version.pk, completed_on)
        if key not in self._until:
            if len(self._until) >= Cells.MAX_REMEMBERED:
                self._until.clear()
            self._until[key] = valid_until(
                completed_on,
                version.validity_months,
                window_starts_on=version.window_starts_on,
            )
        return self._until[key]

    # -- Outcome and score ------------------------------------------------------

    def _word(self, row: Row) -> Word | None:
        text = self.cells.text(row, "outcome")
        if not text:
            return None
        word = word_of(text)
        if word is None:
            raise self.cells.refuse(
                row,
                "outcome",
                "unknown status",
                "a word such as passed, completed, failed or in progress",
                "unknown_status",
            )
        return word

    def _not_completed(self, row: Row) -> RowRefused:
        text = self.cells.text(row, "outcome") or "no completion date"
        self.reading.not_completed[text[:40]] += 1
        return RowRefused(NOT_COMPLETED)

    def _score(self, row: Row) -> Decimal | None:
        text = self.cells.text(row, "score")
        if not text:
            return None
        try:
            score = parse_score(text, decimal_comma="," in text)
        except BadValue as error:
            if word_of(text) is Word.NOT_DONE:
                raise self._not_completed(row) from error
            raise RowRefused.of_value(
                error, row=row.number, column=self.cells.header["score"]
            ) from error
        if score > HIGHEST_SCORE:
            raise self.cells.refuse(
                row,
                "score",
                "score too high",
                "a score of at most 999.99",
                "score_too_high",
            )
        return score

    # -- Who and what -----------------------------------------------------------

    def _agent(self, row: Row) -> UUID:
        directory = self.directory
        found: dict[UUID, str] = {}
        named = ""
        for name, books in (
            ("agent_id", (directory.agents_by_id,)),
            ("email", (directory.agents_by_email,)),
            ("username", (directory.agents_by_id, directory.agents_by_email)),
        ):
            text = self.cells.text(row, name)
            if not text:
                continue
            named = named or name
            for book in books:
                key = text.casefold()
                if key not in book:
                    continue
                agent = book[key]
                if agent is None:
                    raise self._ambiguous_agent(row, name)
                found.setdefault(agent, name)
                break
        if len(found) == 1:
            return next(iter(found))
        raise self._no_agent(row, named, list(found.values()))

    def _ambiguous_agent(self, row: Row, name: str) -> RowRefused:
        return self.cells.refuse(
            row,
            name,
            "agent is ambiguous",
            "a name of one agent only; two agents of the roster share it, use the "
            "agent id",
            "ambiguous_agent",
        )

    def _no_agent(self, row: Row, named: str, fields: list[str]) -> RowRefused:
        if fields:
            return self.cells.refuse(
                row,
                fields[-1],
                "names two agents",
                "id and address of the same agent",
                "names_two_agents",
            )
        if named:
            return self.cells.refuse(
                row,
                named,
                "unknown agent",
                "an agent of the roster; import the roster first",
                "unknown_agent",
            )
        first = next(key for key in KEY_FIELDS if self.cells.has(key))
        return self.cells.refuse(
            row, first, "no agent", "the id or address of the agent", "no_agent"
        )

    def _course(self, row: Row) -> UUID:
        title = " ".join(self.cells.text(row, "course_title").split())
        key = (title, self.cells.text(row, "course_code"))
        if key not in self._courses:
            found = self._found_course(row, title)
            if len(self._courses) >= MAX_UNKNOWN_COURSES:
                return found
            self._courses[key] = found
        return self._courses[key]

    def _found_course(self, row: Row, title: str) -> UUID:
        named = title or self.cells.text(row, "course_code")
        found = self._named_courses(row, title)
        chosen = self.directory.course
        if chosen is not None and self.directory.is_one_course:
            found.setdefault(chosen, "")
        elif chosen is not None and not named:
            return chosen
        if len(found) == 1:
            return next(iter(found))
        raise self._no_course(row, named, list(filter(None, found.values())))

    def _named_courses(self, row: Row, title: str) -> dict[UUID, str]:
        """Courses the cells of a row mean, each with the field that says so."""
        found: dict[UUID, str] = {}
        code = self.cells.text(row, "course_code")
        for name, text in (("course_code", code), ("course_title", title)):
            key = text.casefold()
            course = self.directory.courses_by_code.get(key)
            if course is None and key in self.directory.courses_by_name:
                course = self.directory.courses_by_name[key]
                if course is None:
                    raise self._ambiguous_course(row, name)
            if course is not None:
                found.setdefault(course, name)
        return found

    def _ambiguous_course(self, row: Row, name: str) -> RowRefused:
        return self.cells.refuse(
            row,
            name,
            "course is ambiguous",
            "a name of one course only; use its code",
            "ambiguous_course",
        )

    def _no_course(self, row: Row, named: str, fields: list[str]) -> RowRefused:
        if fields:
            return self.cells.refuse(
                row,
                fields[-1],
                "names two courses",
                "the chosen course, or code and title of one",
                "names_two_courses",
            )
        column = (
            "course_title" if self.cells.text(row, "course_title") else "course_code"
        )
        if not named:
            return self.cells.refuse(
                row, column, "no course", "the code or title of the course", "no_course"
            )
        self._note_unknown(row, named)
        return self.cells.refuse(
            row,
            column,
            UNKNOWN_COURSE,
            "the code, title or alias of a course; add the course or map this name",
            "unknown_course",
        )

    def _note_unknown(self, row: Row, name: str) -> None:
        known = self.reading.unknown_courses
        if name not in known and len(known) >= MAX_UNKNOWN_COURSES:
            return
        count, first = known.get(name, (0, None))
        try:
            day = self.cells.day(row, "completed_on", not_after=self.today)
        except RowRefused:
            day = None
        days = [each for each in (first, day) if each is not None]
        known[name] = (count + 1, min(days, default=None))

    # -- When -------------------------------------------------------------------

    def _completed_on(self, row: Row, word: Word | None) -> date:
        try:
            completed_on = self.cells.day(row, "completed_on", not_after=self.today)
        except RowRefused:
            # Moodle writes "Not completed" where the day would stand.
            if word_of(self.cells.text(row, "completed_on")) is Word.NOT_DONE:
                raise self._not_completed(row) from None
            raise
        if completed_on is None:
            if word is None:
                raise self._not_completed(row)
            raise self.cells.refuse(
                row,
                "completed_on",
                "no completion date",
                "the day of completion",
                "no_completion_date",
            )
        started_on = self._started_on(row)
        if started_on is not None and completed_on < started_on:
            raise self.cells.refuse(
                row,
                "completed_on",
                "completed before start",
                f"a day on or after the start, {started_on}",
                "completed_before_start",
            )
        return completed_on

    def _started_on(self, row: Row) -> date | None:
        """A start of 1970 or 0 is a system's way to say that it does not know."""
        if self.cells.text(row, "started_on") == "0":
            return None
        try:
            return self.cells.day(row, "started_on", not_after=self.latest_expiry)
        except RowRefused as refused:
            if refused.reason == "implausible date":
                return None
            raise

    def _version(self, row: Row, course_id: UUID, completed_on: date) -> VersionTerm:
        version = version_on(self.directory.versions.get(course_id, ()), completed_on)
        if version is None:
            raise self.cells.refuse(
                row,
                "completed_on",
                "before the first version of the course",
                "a day on which a version of the course was in effect; add the version "
                "that was taught then",
                "before_first_version",
            )
        return version

    def _compare_expiry(self, row: Row, until: date | None) -> None:
        """The course decides; a day that is another, or unreadable, is only counted."""
        if not self.cells.has("expires_on"):
            return
        try:
            given = self.cells.day(row, "expires_on", not_after=self.latest_expiry)
        except RowRefused:
            self.reading.expiry_differs += 1
            return
        if given is not None and given != until:
            self.reading.expiry_differs += 1
