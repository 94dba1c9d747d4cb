"""The process that opens one PDF: limits itself, counts pages, names what acts.

It is started as a script by ``importer.pdf``, imports neither Django nor the portal,
and answers with one JSON object. It renders nothing and unpacks no page content.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
MAX_PAGES = 20_000
MAX_OBJECTS = 200_000

# A broken object is no reason to stop looking at the others.
_BROKEN = (
    PyPdfError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

# Keys and action names that make a document act or carry another file.
_KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/RichMedia": "media",
    "/XFA": "script",
}
_ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/ImportData": "opens",
    "/SubmitForm": "opens",
    "/GoToE": "embedded",
}
_TYPES = {"/EmbeddedFile": "embedded", "/RichMedia": "media"}


def main(path: str) -> None:
    """Look at the PDF at ``path`` and print what was seen."""
    confine()
    logging.disable(logging.CRITICAL)
    reader = PdfReader(path, strict=False)
    traits: set[str] = set()
    if reader.is_encrypted:
        if not reader.decrypt(""):
            answer(page_count=0, traits=traits, needs_password=True)
            return
        traits.add("encrypted")
    root = reader.trailer["/Root"].get_object()
    page_count, is_circular = count_pages(root)
    if is_circular:
        traits.add("circular")
    traits |= set(what_acts(root))
    answer(page_count=page_count, traits=traits, needs_password=False)


def confine() -> None:
    """Give up, for the rest of this process, what reading a PDF does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(*, page_count: int, traits: set[str], needs_password: bool) -> None:
    """Print the one JSON object."""
    said = {
        "page_count": page_count,
        "traits": sorted(traits),
        "needs_password": needs_password,
    }
    sys.stdout.write(json.dumps(said))


def count_pages(root: Any) -> tuple[int, bool]:
    """Leaves of the page tree, each once, and whether the tree turns in circles."""
    count, is_circular = 0, False
    seen: set[tuple[int, int]] = set()
    waiting = [root.get("/Pages")]
    while waiting and count < MAX_PAGES:
        reference = waiting.pop()
        key = key_of(reference)
        if key is not None and key in seen:
            is_circular = True
            continue
        if key is not None:
            seen.add(key)
        node = resolved(reference)
        if not isinstance(node, dict):
            continue
        kids = resolved(node.get("/Kids"))
        if isinstance(kids, list):
            waiting.extend(reversed(list(kids)))
        else:
            count += 1
    return count, is_circular


def what_acts(root: Any) -> Iterator[str]:
    """Traits found anywhere below the catalog, each object looked at once."""
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    left = MAX_OBJECTS
    opens = resolved(root.get("/OpenAction"))
    if isinstance(opens, dict) and opens.get("/S") not in {None, "/GoTo"}:
        yield "opens"
    while waiting and left:
        left -= 1
        reference = waiting.pop()
        key = key_of(reference)
        if key is not None:
            if key in seen:
                continue
            seen.add(key)
        found = resolved(reference)
        if isinstance(found, dict):
            yield from traits_of(found)
            waiting.extend(dict.values(found))
        elif isinstance(found, list):
            waiting.extend(list.__iter__(found))


def traits_of(found: Any) -> Iterator[str]:
    """What one dictionary says of itself."""
    for name in found:
        if name in _KEYS:
            yield _KEYS[name]
    for name, words in (("/S", _ACTIONS), ("/Type", _TYPES), ("/Subtype", _TYPES)):
        value = resolved(dict.get(found, name))
        if isinstance(value, str) and value in words:
            yield words[value]


def key_of(reference: Any) -> tuple[int, int] | None:
    """Number and generation of an indirect reference; None for a direct object."""
    number = getattr(reference, "idnum", None)
    return None if number is None else (number, reference.generation)


def resolved(reference: Any) -> Any:
    """The object behind a reference; None where there is none to be had."""
    if reference is None or not hasattr(reference, "get_object"):
        return reference
    try:
        return reference.get_object()
    except _BROKEN:
        return None


if __name__ == "__main__":
    main(sys.argv[1])
