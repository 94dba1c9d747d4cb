"""Pages of systems, their accounts and roles, and of the policy."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from apps.access_reviews import actions, forms, queries
from apps.access_reviews.enums import AccountKind
from apps.access_reviews.models import AccessRole, Account, System
from apps.core.tables_out import csv_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

PAGE = 100
_ANSWERS = {"yes": True, "no": False, "": None}
_WORDS = {True: "yes", False: "no", None: ""}


class SystemsView(PortalView):
    """Systems of the organization, with the newest export and what is open."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """All of them; there are few."""
        rows = list(queries.systems(self.actor))
        pks = [row.pk for row in rows]
        newest = queries.last_snapshots(pks)
        running = queries.open_revocations_by_system(pks)
        lines = [(row, newest.get(row.pk), running.get(row.pk, 0)) for row in rows]
        return self.page("access_reviews/systems.html", {"lines": lines})


class SystemView(PortalView):
    """A system: who has access, with flags; its roles and exports."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """``?flag`` and ``?q`` narrow; ``?page`` pages."""
        system = queries.system(self.actor, pk)
        flag = request.GET.get("flag", "")
        search = request.GET.get("q", "").strip()
        lines = queries.account_lines(self.actor, system)
        found = queries.narrowed(lines, flag=flag, search=search)
        start = max(0, _number(request.GET.get("after", "")))
        query = {"flag": flag, "q": search}
        more = len(found) > start + PAGE
        context = {
            "system": system,
            "lines": found[start : start + PAGE],
            "count": len(found),
            "total": len(lines),
            "flags": [
                (each, count)
                for each, count in queries.counts_by_flag(lines).items()
                if count
            ],
            "flag": flag,
            "search": search,
            "roles": queries.roles(self.actor, system),
            "snapshot": queries.last_snapshots([system.pk]).get(system.pk),
            "first_url": f"?{urlencode(query)}" if start else "",
            "older_url": f"?{urlencode(query | {'after': start + PAGE})}"
            if more
            else "",
        }
        return self.page("access_reviews/system.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0


class AccountsExportView(PortalView):
    """Who has access, as CSV; formulas in names stay text."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Exactly what the page is narrowed to."""
        system = queries.system(self.actor, pk)
        lines = queries.account_lines(
            self.actor,
            system,
            flag=request.GET.get("flag", ""),
            search=request.GET.get("q", "").strip(),
        )
        header = ["account", "login", "name", "email", "agent", "role", "status"]
        header += ["last used (UTC)", "second factor", "flags", "not known"]
        return csv_response("accounts", header, (_cells(line) for line in lines))


def _cells(line: queries.GrantLine) -> list[object]:
    account = line.account
    last = account.last_used_at
    return [
        account.key,
        account.login,
        account.name,
        account.email,
        account.agent.external_id if account.agent else "",
        line.grant.role.name,
        account.get_status_display(),
        f"{last:%Y-%m-%d %H:%M}" if last else account.get_usage_display(),
        _WORDS[account.has_mfa],
        "; ".join(line.flag_labels),
        "; ".join(line.unknown_labels),
    ]


class CompareView(PortalView):
    """Systems beside the roster, or beside one of them such as the personnel list."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?reference`` is a system; without one the roster."""
        systems = list(queries.systems(self.actor))
        wanted = request.GET.get("reference", "")
        reference = next((row for row in systems if str(row.pk) == wanted), None)
        context = {
            "systems": systems,
            "reference": reference,
            "compared": queries.compared_systems(systems, reference=reference),
        }
        return self.page("access_reviews/compare.html", context)


class SystemCreateView(ActionView):
    """A new system."""

    permission = Permission.ACCESS_IMPORT
    form_class = forms.SystemForm
    template_name = "access_reviews/system_form.html"

    def form_arguments(self) -> dict[str, Any]:
        """Engagements the organization is a party of."""
        return {"engagements": queries.engagement_choices(self.actor)}

    def perform(self, form: Any) -> HttpResponse:
        """On to its page."""
        system = actions.register_system(
            by=self.actor, organization=self.actor.organization, terms=_terms(form)
        )
        messages.success(self.request, f"The system {system} was added.")
        return redirect("access_reviews:system", system.pk)


class SystemChangeView(ActionView):
    """What is said of a system."""

    permission = Permission.ACCESS_IMPORT
    form_class = forms.SystemForm
    template_name = "access_reviews/system_form.html"
    system: System

    def load(self) -> None:
        """404 for a system of anybody else."""
        self.system = queries.system(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """As it stands."""
        return {
            "engagements": queries.engagement_choices(self.actor),
            "initial": {
                "name": self.system.name,
                "owner": self.system.owner,
                "holds_phi": self.system.holds_phi,
                "engagements": queries.engagements_of(self.system),
            },
        }

    def context(self) -> dict[str, Any]:
        """Which one."""
        return {"system": self.system}

    def perform(self, form: Any) -> HttpResponse:
        """Back to its page."""
        actions.change_system(self.system, by=self.actor, terms=_terms(form))
        messages.success(self.request, "The system was changed.")
        return redirect("access_reviews:system", self.system.pk)


def _terms(form: Any) -> actions.SystemTerms:
    return actions.SystemTerms(
        name=form.cleaned_data["name"],
        owner=form.cleaned_data["owner"],
        holds_phi=form.cleaned_data["holds_phi"],
        engagements=list(form.cleaned_data["engagements"]),
    )


class RoleView(ActionView):
    """What a role is for, and who needs it."""

    permission = Permission.ACCESS_IMPORT
    form_class = forms.RoleForm
    template_name = "access_reviews/role.html"
    role: AccessRole

    def load(self) -> None:
        """404 for a role of anybody else's system."""
        self.role = queries.role(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """As it stands."""
        return {
            "initial": {
                "note": self.role.note,
                "is_privileged": _WORDS[self.role.is_privileged],
                "agent_roles": self.role.agent_roles,
            }
        }

    def context(self) -> dict[str, Any]:
        """Which one."""
        return {"role": self.role}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the system."""
        terms = actions.RoleTerms(
            note=form.cleaned_data["note"],
            is_privileged=_ANSWERS[form.cleaned_data["is_privileged"]],
            agent_roles=form.cleaned_data["agent_roles"],
        )
        actions.describe_role(self.role, by=self.actor, terms=terms)
        messages.success(self.request, f"The role {self.role} was described.")
        return redirect("access_reviews:system", self.role.system_id)


class AccountView(ActionView):
    """An account, and whose it is."""

    permission = Permission.ACCESS_IMPORT
    form_class = forms.MatchForm
    template_name = "access_reviews/account.html"
    account: Account

    def load(self) -> None:
        """404 for an account of anybody else's system."""
        self.account = queries.account(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """As it stands."""
        return {
            "agents": queries.expected_agents(self.account.system),
            "initial": {
                "agent": self.account.agent_id,
                "kind": self.account.kind,
                "note": self.account.match_note,
            },
        }

    def context(self) -> dict[str, Any]:
        """The account, its roles, and what runs against it."""
        return {
            "account": self.account,
            "agent_name": queries.agent_name(self.account),
            "grants": queries.grants_of(self.account),
            "revocations": queries.revocations(self.actor).filter(account=self.account),
        }

    def perform(self, form: Any) -> HttpResponse:
        """Back to the account."""
        actions.match_account(
            self.account,
            by=self.actor,
            agent=form.cleaned_data["agent"],
            kind=AccountKind(form.cleaned_data["kind"]),
            note=form.cleaned_data["note"],
        )
        messages.success(self.request, "The match was remembered.")
        return redirect("access_reviews:account", self.account.pk)


class PolicyView(ActionView):
    """Clocks the organization gives itself."""

    permission = Permission.ACCESS_SIGN_OFF
    form_class = forms.PolicyForm
    template_name = "access_reviews/policy.html"

    def form_arguments(self) -> dict[str, Any]:
        """As they stand, or our defaults."""
        policy = queries.policy_of(self.actor.organization)
        names = ("leaver_hours", "decision_hours", "dormant_days", "shows_proposed")
        return {"initial": {name: getattr(policy, name) for name in names}}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the systems."""
        actions.set_policy(
            by=self.actor,
            organization=self.actor.organization,
            terms=actions.PolicyTerms(**form.cleaned_data),
        )
        messages.success(self.request, "The policy was set.")
        return redirect("access_reviews:systems")
