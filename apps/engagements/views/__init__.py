"""Pages of the room."""

from apps.engagements.views.engagements import (
    CreateView,
    DeclareScopeView,
    DetailView,
    EndView,
    LegalAgencyView,
    ListView,
    RegisterVendorView,
)
from apps.engagements.views.grants import GrantsView, GrantView, RevokeView
from apps.engagements.views.subcontracts import (
    ApproveSubcontractView,
    DeclareSubcontractView,
    EndSubcontractView,
    RefuseSubcontractView,
)

__all__ = [
    "ApproveSubcontractView",
    "CreateView",
    "DeclareScopeView",
    "DeclareSubcontractView",
    "DetailView",
    "EndSubcontractView",
    "EndView",
    "GrantView",
    "GrantsView",
    "LegalAgencyView",
    "ListView",
    "RefuseSubcontractView",
    "RegisterVendorView",
    "RevokeView",
]
