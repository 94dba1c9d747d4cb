"""The product's own source, parsed once."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
APPS = BASE_DIR / "apps"


@dataclass(frozen=True)
class Source:
    """One Python file: its dotted name, room and kind (file or package name)."""

    path: Path
    module: str
    room: str
    kind: str
    text: str
    tree: ast.Module

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                yield node

    def top_level_functions(self) -> Iterator[ast.FunctionDef]:
        """Public functions of the module itself."""
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield node

    def imported(self) -> Iterator[str]:
        """Dotted names of everything it imports, ``from`` imports joined."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def sources() -> tuple[Source, ...]:
    """Every file under apps/ except migrations."""
    found = []
    for path in sorted(APPS.rglob("*.py")):
        parts = path.relative_to(BASE_DIR).with_suffix("").parts
        if "migrations" in parts or len(parts) < 3:
            continue
        text = path.read_text(encoding="utf-8")
        found.append(
            Source(
                path=path,
                module=".".join(part for part in parts if part != "__init__"),
                room=parts[1],
                kind=parts[2],
                text=text,
                tree=ast.parse(text),
            )
        )
    return tuple(found)


@cache
def floors() -> dict[str, int]:
    """Level of each room, ground floor 0, read from the import contract."""
    settings = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    layers = list(reversed(contract["layers"]))
    return {
        room.strip(): level
        for level, layer in enumerate(layers)
        for room in layer.split("|")
    }
