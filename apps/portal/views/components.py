"""Every component in its states, in both themes; served in debug only."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse

from apps.core import charts
from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.tenancy.views import PortalView

AS_OF = date(2026, 6, 15)
ENGAGEMENT_ID = UUID("01977000-0000-7000-8000-000000000000")
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
THEMES = ("portal-light", "portal-dark")


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(max_length=80, help_text="As it stands in the contract.")
    effective_on = forms.DateField(
        label="In force from", widget=forms.DateInput(attrs={"type": "date"})
    )
    tier = forms.ChoiceField(choices=[("1", "Critical"), ("2", "Important")])
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Reason"
    )
    channels = forms.MultipleChoiceField(
        choices=[
            ("chat", "Chat"),
            ("voice", "Voice"),
            ("email", "E-mail"),
            ("sms", "SMS"),
            ("video", "Video"),
            ("social", "Social media"),
            ("letter", "Letters"),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text="All that carry PHI.",
    )
    unit = forms.ChoiceField(
        choices=[("hours", "Hours"), ("days", "Calendar days")],
        widget=forms.RadioSelect,
        label="Reporting window in",
    )
    document = forms.FileField(help_text="PDF, up to 25 MB.")
    is_complete = forms.BooleanField(
        label="This file is the complete roster", required=False
    )


def _condition(code: str, state: ConditionState, **changes: Any) -> GateCondition:
    given: dict[str, Any] = {
        "code": code,
        "title": "BAA in force",
        "state": state,
        "detail": "Version 2 of “Services BAA” is fully signed and covers this day.",
        "citation": "45 CFR 164.504(e)",
        "legal_status": LegalStatus.IN_FORCE,
        "who_acts": Side.BOTH,
        "since": date(2026, 1, 5),
        "evidence": (SHA256,),
    }
    return GateCondition(**(given | changes))


def _conditions() -> list[GateCondition]:
    return [
        _condition("agreement.in_force", ConditionState.SATISFIED),
        _condition(
            "training.covered",
            ConditionState.NOT_SATISFIED,
            title="Agents cleared",
            detail="4 of 120 agents have no valid HIPAA basics record on this day.",
            citation="45 CFR 164.530(b)",
            who_acts=Side.PROVIDER,
            since=date(2026, 6, 3),
            due=date(2026, 6, 18),
            fix_path="#",
            fix_label="See who is missing",
            evidence=(),
        ),
        _condition(
            "chain.known",
            ConditionState.UNKNOWN,
            title="Chain declared",
            detail="The vendor has not said whether it uses subcontractors.",
            citation="Our own rule",
            legal_status=LegalStatus.OWN_DEFAULT,
            who_acts=Side.PROVIDER,
            since=None,
            due=date(2026, 6, 10),
            evidence=(),
        ),
    ]


def _node(name: str, *children: Any, **facts: Any) -> SimpleNamespace:
    return SimpleNamespace(
        engagement_id=name, name_shown=name, children=children, **facts
    )


def _chain() -> str:
    root = _node(
        "Harbor Contact Center Services",
        _node(
            "Cebu Conversations Incorporated, Patient Access Division",
            _node("Undisclosed subcontractor", country="IN", services=["telephony"]),
            country="PH",
            services=["patient support", "appointments"],
            channels=["chat", "voice"],
        ),
        _node("Nimbus Chat", country="US", services=["chat platform"]),
        country="US",
        services=["patient support"],
        channels=["chat", "voice"],
    )
    return charts.chain_tree(
        root,
        states={
            root.engagement_id: charts.NodeState("BAA in force", "good"),
            "Undisclosed subcontractor": charts.NodeState(
                "no BAA", "bad", "First broken hop: no agreement covers telephony."
            ),
            "Nimbus Chat": charts.NodeState("waits for approval", "warn"),
        },
    )


def _samples(theme: str) -> dict[str, Any]:
    """What one theme's half of the page shows; ids carry the theme's name."""
    file = SimpleNamespace(
        name="Services BAA, signed.pdf",
        size=482_133,
        sha256=SHA256,
        quarantined_reason="",
    )
    quarantined = SimpleNamespace(
        **{**vars(file), "quarantined_reason": "It holds a program"}
    )
    return {
        "theme": theme,
        "form": SampleForm(auto_id=f"{theme}_%s"),
        "refused_form": SampleForm({"name": ""}, auto_id=f"{theme}_refused_%s"),
        "files": [file, quarantined],
    }


class ComponentsView(PortalView):
    """The vocabulary of the templates, to look at."""

    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show both themes on one page."""
        return self.page(
            "portal/components.html",
            {
                "samples": [_samples(theme) for theme in THEMES],
                "conditions": _conditions(),
                "as_of": AS_OF,
                "dues": [date(2026, 6, 10), AS_OF, date(2026, 7, 9), date(2027, 1, 5)],
                "engagement": SimpleNamespace(pk=ENGAGEMENT_ID),
                "chain": _chain(),
                "bar": charts.stacked_bar(
                    [
                        ("cleared", 96, "good"),
                        ("within grace", 12, "warn"),
                        ("not cleared", 4, "bad"),
                        ("not known", 8, "plain"),
                    ],
                    label="Training of 120 agents",
                ),
                "line": charts.sparkline(
                    [88, 90, 87, 93, 97, 96], label="Coverage over six months"
                ),
            },
        )
