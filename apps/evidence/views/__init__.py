"""Pages of the library, and the one way bytes leave the portal."""

from apps.evidence.views.decisions import (
    AttachmentEndView,
    AttachmentReviewView,
    AttachView,
    DestroyView,
    HoldReleaseView,
    HoldView,
    RestrictView,
)
from apps.evidence.views.library import DetailView, LibraryView, UploadView
from apps.evidence.views.serving import FileView, file_response

__all__ = [
    "AttachView",
    "AttachmentEndView",
    "AttachmentReviewView",
    "DestroyView",
    "DetailView",
    "FileView",
    "HoldReleaseView",
    "HoldView",
    "LibraryView",
    "RestrictView",
    "UploadView",
    "file_response",
]
