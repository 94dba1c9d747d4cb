"""Forms of agreements."""

from apps.agreements.forms.agreements import (
    AmendForm,
    RecordForm,
    TerminateForm,
    VersionForm,
    initial_of,
)

__all__ = ["AmendForm", "RecordForm", "TerminateForm", "VersionForm", "initial_of"]
