"""Typed readers of the process environment.

Each value may come from ``NAME`` or, for secrets mounted as files, ``NAME_FILE``.
A value that cannot be read stops the start with a sentence naming the variable.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class BadEnvironment(SystemExit):
    """The environment holds a value the portal refuses to start with."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable as text; without a default it must be set."""
    file = os.environ.get(f"{name}_FILE")
    if file is not None:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise BadEnvironment(
            f"{name} is not set. Set it or {name}_FILE and start again."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; only the words below are accepted."""
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadEnvironment(f"{name} is {value!r}; expected yes or no.")


def number(name: str, *, default: int, at_least: int = 0) -> int:
    """Return a whole number not below ``at_least``."""
    value = text(name, str(default))
    if not value.isdigit() or int(value) < at_least:
        raise BadEnvironment(
            f"{name} is {value!r}; expected a whole number of at least {at_least}."
        )
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def one_of(name: str, allowed: set[str], default: str) -> str:
    """Return the variable if it is one of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        raise BadEnvironment(
            f"{name} is {value!r}; expected one of {', '.join(sorted(allowed))}."
        )
    return value


def database(name: str, fallback: str | None = None) -> dict[str, Any]:
    """Return Django's DATABASES entry from a ``postgresql://`` URL."""
    url = urlsplit(text(name, fallback))
    if url.scheme not in {"postgresql", "postgres"}:
        raise BadEnvironment(f"{name} must start with postgresql://.")
    options = {key: values[-1] for key, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", unquote(url.hostname or "")),
        "PORT": str(url.port or ""),
        "OPTIONS": options,
    }


def secret_key(name: str, path: Path) -> str:
    """Return the secret, made once into a file only its owner can read."""
    if name in os.environ or f"{name}_FILE" in os.environ:
        value = text(name)
        if len(value) < 50:
            raise BadEnvironment(
                f"{name} is shorter than 50 characters; make a new one."
            )
        return value
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(os.urandom(48).hex())
    return path.read_text(encoding="utf-8").strip()
