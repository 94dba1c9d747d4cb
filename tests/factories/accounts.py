"""Invitations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apps.accounts import rules
from apps.accounts.models import Invitation
from apps.core import clock
from apps.tenancy.enums import Role
from apps.tenancy.models import Organization

TOKEN = "a-token-of-the-tests"


def make_invitation(
    organization: Organization, *, token: str = TOKEN, **overrides: Any
) -> Invitation:
    """An open invitation of Nora New as a compliance analyst."""
    values = {
        "email": "nora.new@example.org",
        "full_name": "Nora New",
        "role": Role.COMPLIANCE_ANALYST,
        "token_sha256": rules.token_sha256(token),
        "expires_at": clock.now() + timedelta(days=7),
    }
    return Invitation.objects.create(organization=organization, **values | overrides)
