"""List, facts, and the forms of an engagement itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.core.errors import NotAllowed
from apps.engagements import actions, forms, queries
from apps.engagements.views.base import EngagementActionView, page_url
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class ListView(PortalView):
    """Engagements of the actor's organization, or granted to the person."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?q, tier, side, ended`` narrow; ``?after`` and ``?before`` page."""
        form = forms.FilterForm(request.GET)
        filters = form.filters()
        page = queries.engagement_page(
            self.actor,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            **filters,
        )
        context = {
            "form": form,
            "page": page,
            "is_filtered": any(value not in {"", None} for value in filters.values()),
            "next_url": page_url(request, after=page.after),
            "previous_url": page_url(request, before=page.before),
        }
        return self.page("engagements/list.html", context)


class RegisterVendorView(ActionView):
    """Put a vendor on the list."""

    permission = Permission.ENGAGEMENTS_EDIT
    form_class = forms.VendorForm
    template_name = "engagements/register_vendor.html"

    def perform(self, form: Any) -> HttpResponse:
        """Then on to the first engagement with it."""
        vendor = actions.register_vendor(by=self.actor, **form.cleaned_data)
        messages.success(self.request, f"{vendor} is on your list of vendors.")
        return redirect("engagements:create")


class CreateView(ActionView):
    """A new engagement."""

    permission = Permission.ENGAGEMENTS_EDIT
    form_class = forms.EngagementForm
    template_name = "engagements/create.html"

    def form_arguments(self) -> dict[str, Any]:
        """Only vendors of the list."""
        return {"providers": queries.vendor_parties(self.actor)}

    def context(self) -> dict[str, Any]:
        """Without a vendor the page says how to begin."""
        return {"has_vendors": queries.vendor_parties(self.actor).exists()}

    def perform(self, form: Any) -> HttpResponse:
        """Then on to its facts."""
        engagement = actions.create_engagement(
            by=self.actor, client=self.actor.organization, **form.cleaned_data
        )
        messages.success(self.request, f"The engagement “{engagement}” is created.")
        return redirect("engagements:detail", engagement.pk)


class DetailView(PortalView):
    """Facts, declared scope with its history, and subcontracts."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """One page, six queries beside those of the session."""
        engagement = queries.engagement(self.actor, pk)
        today = clock.today(engagement.client.time_zone)
        history = queries.scope_history(self.actor, engagement)
        context = {
            "engagement": engagement,
            "today": today,
            "history": history,
            "current": queries.in_effect(history, as_of=today),
            "subcontracts": list(queries.subcontracts(self.actor, engagement)),
            "carries": queries.upstream_edges(self.actor, engagement, as_of=today),
            "may": queries.possibilities(self.actor, engagement),
            "agency_reason": queries.legal_agency_reason(self.actor, engagement),
        }
        return self.page("engagements/detail.html", context)


class LegalAgencyView(EngagementActionView):
    """Decide on legal agency."""

    permission = Permission.ENGAGEMENTS_EDIT
    form_class = forms.LegalAgencyForm
    template_name = "engagements/legal_agency.html"

    def load(self) -> None:
        """The client's own: its reasoning is not shown to the provider."""
        super().load()
        if self.actor.organization_id != self.engagement.client_id:
            raise NotAllowed(
                f"Only {self.engagement.client} decides on legal agency. Its decision "
                "is shown on the engagement's page."
            )

    def form_arguments(self) -> dict[str, Any]:
        """Start from the decision that stands."""
        return {
            "initial": {
                "legal_agency": self.engagement.legal_agency,
                "legal_agency_reason": self.engagement.legal_agency_reason,
            }
        }

    def perform(self, form: Any) -> HttpResponse:
        """Back to the facts."""
        actions.decide_legal_agency(
            self.engagement,
            by=self.actor,
            legal_agency=form.cleaned_data["legal_agency"],
            reason=form.cleaned_data["legal_agency_reason"],
        )
        messages.success(self.request, "The decision on legal agency is recorded.")
        return redirect("engagements:detail", self.engagement.pk)


class DeclareScopeView(EngagementActionView):
    """Declare the scope from a day on."""

    permission = Permission.ENGAGEMENTS_EDIT
    form_class = forms.ScopeForm
    template_name = "engagements/declare_scope.html"

    def form_arguments(self) -> dict[str, Any]:
        """Start from the latest declaration."""
        history = queries.scope_history(self.actor, self.engagement)
        return {"initial": forms.scope_initial(history[0] if history else None)}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the facts."""
        scope = actions.declare_scope(
            self.engagement,
            by=self.actor,
            terms=form.terms(),
            effective_on=form.cleaned_data["effective_on"],
        )
        messages.success(
            self.request, f"The scope is declared from {scope.effective_on:%-d %B %Y}."
        )
        return redirect("engagements:detail", self.engagement.pk)


class EndView(EngagementActionView):
    """Give the engagement its last day."""

    permission = Permission.ENGAGEMENTS_EDIT
    form_class = forms.EndForm
    template_name = "engagements/end.html"

    def form_arguments(self) -> dict[str, Any]:
        """Today unless said otherwise."""
        return {"initial": {"ended_on": self.today}}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the facts."""
        engagement = actions.end_engagement(
            self.engagement, by=self.actor, **form.cleaned_data
        )
        messages.success(
            self.request, f"The last day is {engagement.ended_on:%-d %B %Y}."
        )
        return redirect("engagements:detail", self.engagement.pk)
