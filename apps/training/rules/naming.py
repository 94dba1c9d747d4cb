"""Whose certificate a file is, by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import combinations
from uuid import UUID

_EDGE = re.compile(r"(?<=[^\W_])(?![^\W_])|(?<![^\W_])(?=[^\W_])")
_LONGEST_NAME = 200


def agents_in_name(name: str, agents: Mapping[str, UUID]) -> set[UUID]:
    """Return the agents whose id stands in a file name, whatever the case.

    ``agents`` maps ids in lower case. An id stands alone: letters and digits beside
    it belong to another word, so A-1 is not in "A-12 HIPAA.pdf". Of ids within each
    other the longest counts: "A-1-2.pdf" is of A-1-2 where there is one. Source: our
    own default.
    """
    stem = unicodedata.normalize("NFC", name).rsplit(".", 1)[0][:_LONGEST_NAME]
    edges = [found.start() for found in _EDGE.finditer(stem)]
    spans = {
        (first, last): agents[key]
        for first, last in combinations(edges, 2)
        if (key := stem[first:last].casefold()) in agents
    }
    return {
        agent
        for (first, last), agent in spans.items()
        if not any(
            begin <= first and last <= end and (begin, end) != (first, last)
            for begin, end in spans
        )
    }
