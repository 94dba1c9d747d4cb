"""Whom to reach about incidents, and who answers now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.incidents import actions, forms, queries
from apps.incidents.actions import ContactTerms
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class ContactsView(ActionView):
    """Contacts of the own organization, with a form to add one."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.ContactForm
    template_name = "incidents/contacts.html"

    def form_arguments(self) -> dict[str, Any]:
        """The organization's own zone."""
        return {"initial": {"zone": self.actor.organization.time_zone}}

    def context(self) -> dict[str, Any]:
        """Who answers at this moment."""
        [reach] = queries.reached([self.actor.organization], at=clock.now())
        return {"reach": reach}

    def perform(self, form: forms.ContactForm) -> HttpResponse:
        """Add."""
        data = form.cleaned_data
        actions.set_contact(
            by=self.actor,
            terms=ContactTerms(
                name=data["name"],
                reached_by=data["reached_by"],
                zone=data["zone"],
                days=[int(day) for day in data["days"]],
                from_time=data["from_time"],
                until_time=data["until_time"],
                order=data["order"],
            ),
        )
        messages.success(self.request, "The contact is on the list.")
        return redirect("incidents:contacts")


class ContactEndView(PortalView):
    """Take a contact off the list."""

    permission = Permission.INCIDENTS_DETERMINE

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """End."""
        actions.end_contact(queries.contact(self.actor, pk), by=self.actor)
        messages.success(request, "The contact is off the list.")
        return redirect("incidents:contacts")
