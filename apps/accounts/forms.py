"""Forms of invitations."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from apps.tenancy.enums import ROLE_SENTENCES, Role


class RoleForm(forms.Form):
    """One of the roles the organization may give."""

    role = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: Collection[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, f"{role.label}. {ROLE_SENTENCES[role]}") for role in roles
        ]


class InviteForm(RoleForm):
    """Who is invited, as what."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    full_name = forms.CharField(label="Full name", max_length=200)
    field_order = ("email", "full_name", "role")


class AcceptForm(forms.Form):
    """Name and password of a new account; nothing for one that exists."""

    full_name = forms.CharField(
        label="Full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A long sentence is good.",
    )

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_account:
            self.fields.clear()
