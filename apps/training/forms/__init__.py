"""Forms of the room."""

from apps.training.forms.files import (
    CertificatesForm,
    ColumnsForm,
    ConfirmForm,
    NamesForm,
    UploadForm,
)
from apps.training.forms.plans import (
    CourseForm,
    EndForm,
    EquivalenceForm,
    RequirementForm,
    RequirementTermsForm,
    VersionForm,
    terms_of,
)
from apps.training.forms.records import (
    CorrectionForm,
    DestroyForm,
    ReasonForm,
    RecordForm,
)

__all__ = [
    "CertificatesForm",
    "ColumnsForm",
    "ConfirmForm",
    "CorrectionForm",
    "CourseForm",
    "DestroyForm",
    "EndForm",
    "EquivalenceForm",
    "NamesForm",
    "ReasonForm",
    "RecordForm",
    "RequirementForm",
    "RequirementTermsForm",
    "UploadForm",
    "VersionForm",
    "terms_of",
]
