"""Verbs of files."""

from apps.audit.verbs import Verb

FILE_STORED = Verb(
    "file.stored",
    "{actor} stored {name} ({media_type}, {size} bytes).",
    facts=("sha256", "size", "media_type"),
    personal=("name",),
)
FILE_DOWNLOADED = Verb(
    "file.downloaded",
    "{actor} downloaded {name}.",
    facts=("sha256",),
    personal=("name",),
)
