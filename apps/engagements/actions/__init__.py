"""Writes of the room: one function a verb."""

from apps.engagements.actions.engagements import (
    create_engagement,
    decide_legal_agency,
    declare_scope,
    end_engagement,
)
from apps.engagements.actions.grants import grant_access, revoke_access
from apps.engagements.actions.subcontracts import (
    approve_subcontract,
    declare_subcontract,
    end_subcontract,
    refuse_subcontract,
)
from apps.engagements.actions.vendors import register_vendor

__all__ = [
    "approve_subcontract",
    "create_engagement",
    "decide_legal_agency",
    "declare_scope",
    "declare_subcontract",
    "end_engagement",
    "end_subcontract",
    "grant_access",
    "refuse_subcontract",
    "register_vendor",
    "revoke_access",
]
