"""A file to the content of a questionnaire: YAML, JSON, Markdown or a table."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from apps.questionnaires import rules
from apps.questionnaires.importer import markdown, shapes, tables

ACCEPTED = "YAML, JSON, Markdown, XLSX or CSV"
MAX_TEXT_BYTES = 4 * 1024 * 1024
MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file says, and what was made of it in sentences."""

    title: str
    label: str
    intro: str
    content: rules.Content
    notes: tuple[str, ...] = ()


@contextmanager
def spooled(chunks: Iterable[bytes]) -> Iterator[Path]:
    """An upload as a file of its own for the length of the block."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            target.writelines(chunks)
        yield path


def read_questionnaire(path: Path, *, name: str) -> Imported:
    """Read a questionnaire; ContentRefused or UnreadableTable say why not.

    The ending of the name decides between text and table; what the text is, its
    content decides.
    """
    ending = Path(name).suffix.lower()
    if ending in {".yaml", ".yml"}:
        return _imported(_yaml(_text(path)), name)
    if ending == ".json":
        return _imported(_json(_text(path)), name)
    if ending in {".md", ".markdown"}:
        return _built(markdown.read(_text(path)), name)
    if ending in {".xlsx", ".xls", ".ods", ".csv", ".tsv"}:
        return _built(tables.read(path, name=name), name)
    raise rules.ContentRefused(f"A questionnaire is read from {ACCEPTED}.")


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise rules.ContentRefused("The file is larger than 4 MB. Split it.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise rules.ContentRefused(
            "The file is not text in UTF-8. Save it so and upload it again."
        ) from None


def _yaml(text: str) -> Any:
    """Plain data without aliases: a few of them can stand for gigabytes."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise rules.ContentRefused(
                    "The file uses YAML aliases. Write the repeated parts out."
                )
        return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, see above
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1:,}" if mark else ""
        raise rules.ContentRefused(f"The file is not YAML{where}. Mend it.") from None
    except (RecursionError, ValueError):
        raise rules.ContentRefused("The file is nested too deeply to read.") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise rules.ContentRefused(
            f"The file is not JSON near line {error.lineno:,}. Remove comments and "
            "mend it."
        ) from None
    except RecursionError:
        raise rules.ContentRefused("The file is nested too deeply to read.") from None


def _imported(data: Any, name: str) -> Imported:
    if not isinstance(data, Mapping):
        raise rules.ContentRefused("The file holds no questionnaire at its top level.")
    return _built(shapes.as_native(data), name)


def _built(data: Mapping[str, Any], name: str) -> Imported:
    places = data.get("places") or ()
    content = rules.as_meant(rules.read_content(data, places=places))
    rules.check_words(content, places=places)
    if not content.questions:
        raise rules.ContentRefused("The file holds no questions.")
    return Imported(
        title=str(data.get("title") or Path(name).stem)[:MAX_TITLE],
        label=str(data.get("label") or "1")[:40],
        intro=str(data.get("intro") or "")[:2000],
        content=content,
        notes=tuple(data.get("notes") or ()),
    )
