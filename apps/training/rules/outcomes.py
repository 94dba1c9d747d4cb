"""What the words of learning systems say about an attempt."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from apps.training.enums import Mode, Outcome


class Word(StrEnum):
    """Meaning of a status cell."""

    PASSED = "passed"
    FAILED = "failed"
    DONE = "done"  # finished; the score decides where there is a pass mark
    NOT_DONE = "not_done"


_WORDS = {
    Word.PASSED: (
        "passed", "pass", "p", "successful", "success", "succeeded", "certified",
        "achieved", "compliant", "qualified", "satisfied", "competent",
        "completed passed", "passed completed", "complete passed", "complete pass",
        "completed successfully", "successfully completed",
    ),
    Word.FAILED: (
        "failed", "fail", "f", "unsuccessful", "not passed", "did not pass",
        "completed failed", "complete fail", "complete failed", "not competent",
        "not satisfied",
    ),
    Word.DONE: (
        "completed", "complete", "finished", "done", "attended", "ended", "yes", "y",
        "true", "1", "100", "100%", "completed late", "complete late",
        "completed via rpl", "closed",
    ),
    Word.NOT_DONE: (
        "not completed", "incomplete", "not complete", "not started", "in progress",
        "started", "enrolled", "registered", "assigned", "not attempted", "attempted",
        "dropped", "withdrawn", "cancelled", "canceled", "no show", "noshow", "absent",
        "not attended", "pending", "waitlisted", "overdue", "expired", "due", "invited",
        "not yet started", "not enrolled", "not eligible", "no", "n", "false", "0",
        "0%", "not yet completed", "ongoing", "open", "requested", "excused",
    ),
}  # fmt: skip
_MEANING = {text: word for word, texts in _WORDS.items() for text in texts}
_SPACES = re.compile(r"[\s_\-/()]+")

_MODES = {
    Mode.ONLINE: (
        "online", "e learning", "elearning", "web", "web based", "virtual", "webinar",
        "self paced", "digital", "remote", "scorm", "online course",
    ),
    Mode.CLASSROOM: (
        "classroom", "in person", "instructor led", "ilt", "face to face", "seminar",
        "live", "workshop", "onsite", "on site", "in class",
    ),
    Mode.ON_THE_JOB: ("on the job", "ojt", "shadowing", "nesting", "coaching"),
}  # fmt: skip
_MODE_MEANING = {text: mode for mode, texts in _MODES.items() for text in texts}


@lru_cache(maxsize=1024)
def _word(text: str) -> str:
    return _SPACES.sub(" ", text.casefold()).strip()


def word_of(text: str) -> Word | None:
    """Return what a status cell means, None for a word nobody taught us."""
    return _MEANING.get(_word(text))


def mode_of(text: str) -> Mode:
    """Return how a training was given; UNKNOWN for any other word."""
    return _MODE_MEANING.get(_word(text), Mode.UNKNOWN)


def outcome_of(
    word: Word | None, *, score: Decimal | None, pass_mark: Decimal | None
) -> Outcome | None:
    """Return the outcome of an attempt with a completion date, None if not completed.

    A system that says passed or failed is believed. One that only says finished, or
    says nothing and gives the day, is a pass unless the score is below the pass mark
    of the version (reaching it passes). Score and mark are in the same unit. Source:
    our own default.
    """
    if word is Word.NOT_DONE:
        return None
    if word is Word.FAILED:
        return Outcome.FAILED
    if word is Word.PASSED:
        return Outcome.PASSED
    if score is not None and pass_mark is not None and score < pass_mark:
        return Outcome.FAILED
    return Outcome.PASSED
