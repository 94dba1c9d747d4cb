"""Free text that looks as if it names a patient. It warns; a person decides."""

from __future__ import annotations

import re
from collections.abc import Mapping

from apps.core.errors import Invalid

# A nine-digit number in the groups of a Social Security number; the ranges that are
# never issued are left out, so that most phone numbers and references pass.
_SSN = re.compile(
    r"(?<!\d)(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?!\d)"
)
_SSN_NAMED = re.compile(
    r"\b(?:ssn|social security)\b\D{0,20}\d{9}(?!\d)", re.IGNORECASE
)
_RECORD = re.compile(
    r"\b(?:mrn|medical record(?: no| number)?|patient (?:id|no|number)|chart no)\b"
    r"[^\w\n]{0,5}(?:is )?[A-Z]{0,4}-?\d{4,}",
    re.IGNORECASE,
)
_DAY = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}"
    r"|\d{1,2} [A-Za-z]{3,9}\.? (?:19|20)\d{2}"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? (?:19|20)\d{2})"
)
_BIRTH = re.compile(
    rf"\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|born(?: on)?)\b\D{{0,15}}{_DAY}",
    re.IGNORECASE,
)
_PATTERNS = (
    ("a Social Security number", _SSN),
    ("a Social Security number", _SSN_NAMED),
    ("a medical record number", _RECORD),
    ("a date of birth", _BIRTH),
)


class LooksLikePhi(Invalid):
    """The text seems to hold an identifier of a patient and nobody said it does not.

    The message names the kind of identifier, never the text.
    """

    default_code = "looks_like_phi"


def suspected(text: str) -> tuple[str, ...]:
    """Kinds of identifiers the text seems to hold, in words; empty if none.

    Patterns only: a name is never recognised. Our own default.
    """
    found = [kind for kind, pattern in _PATTERNS if pattern.search(text)]
    return tuple(dict.fromkeys(found))


def check_free_text(texts: Mapping[str, str], *, is_confirmed: bool) -> None:
    """Raise LooksLikePhi unless the texts are clean or a person confirmed them.

    ``texts`` maps a field to what was written; the error names the fields and kinds
    and never repeats the text.
    """
    if is_confirmed:
        return
    found = {field: suspected(text) for field, text in texts.items()}
    fields = {
        field: [f"This looks like {' and '.join(kinds)}. Take it out if it is."]
        for field, kinds in found.items()
        if kinds
    }
    if fields:
        raise LooksLikePhi(
            "The text seems to hold an identifier of a patient. Take it out, or "
            "confirm that it does not.",
            fields=fields
            | {"text_confirmed": ["Confirm, or take the identifier out."]},
        )
