"""Forms of deadlines, policies, delivery and one's own choice."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms

from apps.reminders import rules
from apps.reminders.enums import Cadence, DutyKind, ReminderChannel, Weekday
from apps.reminders.rules import Delivery, Policy
from apps.tenancy.enums import Role

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class DeadlineFilterForm(forms.Form):
    """Narrow the list by kind and engagement."""

    kind = forms.ChoiceField(
        choices=[("", "All kinds"), *DutyKind.choices], required=False
    )
    engagement: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="All engagements",
    )

    def __init__(self, *args: Any, engagements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagement"].queryset = engagements  # type: ignore[attr-defined]


class OffsetsField(forms.CharField):
    """Whole numbers separated by commas."""

    def to_python(self, value: Any) -> Any:
        """A list of numbers; a sentence for anything else."""
        text = super().to_python(value) or ""
        try:
            return [int(part) for part in text.replace(" ", "").split(",") if part]
        except ValueError as error:
            raise forms.ValidationError(
                "Write whole numbers separated by commas, for example -30, -7, 0, 7."
            ) from error


class PolicyForm(forms.Form):
    """When, to whom and how an organization is reminded of one kind of duty."""

    offsets = OffsetsField(
        label="Days",
        max_length=100,
        help_text=(
            "Days from the due day, separated by commas: -30 is thirty days before, "
            "0 the day itself, 7 a week overdue."
        ),
    )
    recipients = forms.MultipleChoiceField(
        label="Remind everybody who is", widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label="By",
        choices=ReminderChannel.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    escalate_after = forms.IntegerField(
        label="Escalate after days overdue",
        required=False,
        help_text="Empty: nobody else is told.",
    )
    escalate_to = forms.MultipleChoiceField(
        label="Then tell everybody who is",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tells_agents = forms.BooleanField(
        label="Also write to the agents themselves",
        required=False,
        help_text=(
            "By e-mail to the address in the roster: which training ends when. They "
            "have no account and are asked to sign in nowhere."
        ),
    )

    def __init__(
        self, *args: Any, roles: tuple[Role, ...], kind: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in roles]
        for name in ("recipients", "escalate_to"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if kind != DutyKind.CERTIFICATION_EXPIRES:
            del self.fields["tells_agents"]

    @staticmethod
    def initial_of(policy: Policy) -> dict[str, Any]:
        """What the form shows of a policy."""
        return {
            "offsets": ", ".join(str(day) for day in policy.offsets),
            "recipients": sorted(policy.recipients),
            "channels": sorted(policy.channels),
            "escalate_after": policy.escalate_after,
            "escalate_to": sorted(policy.escalate_to),
            "tells_agents": policy.tells_agents,
        }

    @property
    def terms(self) -> Policy:
        """The policy a valid form describes."""
        data = self.cleaned_data
        return Policy(
            offsets=tuple(data["offsets"]),
            recipients=frozenset(map(Role, data["recipients"])),
            channels=frozenset(map(ReminderChannel, data["channels"])),
            escalate_after=data["escalate_after"],
            escalate_to=frozenset(map(Role, data["escalate_to"])),
            tells_agents=data.get("tells_agents", False),
        )


class DeliveryForm(forms.Form):
    """When reminders of the organization may leave and how they are bundled."""

    cadence = forms.ChoiceField(
        label="Bundle",
        choices=Cadence.choices,
        widget=forms.RadioSelect,
        help_text=(
            "Whatever you choose, what is late is one message, and more than "
            f"{rules.DIGEST_ABOVE} lines for a person become one."
        ),
    )
    weekday = forms.TypedChoiceField(
        label="Day of a weekly message", choices=Weekday.choices, coerce=int
    )
    send_at = forms.TimeField(label="Send from", widget=CLOCK)
    quiet_from = forms.TimeField(
        label="Quiet hours begin",
        required=False,
        widget=CLOCK,
        help_text="Nothing leaves then, by e-mail or to the inbox; it follows after.",
    )
    quiet_until = forms.TimeField(label="Quiet hours end", required=False, widget=CLOCK)
    zone = forms.ChoiceField(
        label="Time zone",
        choices=[(zone, zone) for zone in sorted(available_timezones())],
        help_text="All times above are local times of this zone.",
    )
    allows_preferences = forms.BooleanField(
        label="Members may choose for themselves",
        required=False,
        help_text="A digest instead of single messages, and no e-mail but the inbox.",
    )

    @property
    def terms(self) -> Delivery:
        """The delivery a valid form describes."""
        data = self.cleaned_data
        return Delivery(
            zone=data["zone"],
            cadence=Cadence(data["cadence"]),
            weekday=Weekday(data["weekday"]),
            send_at=data["send_at"],
            quiet_from=data["quiet_from"],
            quiet_until=data["quiet_until"],
            allows_preferences=data["allows_preferences"],
        )


class PreferenceForm(forms.Form):
    """How one's own reminders come."""

    cadence = forms.ChoiceField(
        label="Bundle",
        required=False,
        choices=[("", "As the organization does"), *Cadence.choices],
        widget=forms.RadioSelect,
    )
    wants_email = forms.BooleanField(
        label="Send me e-mail",
        required=False,
        help_text=(
            "Without it reminders come to the inbox only, except those your "
            "organization sends by e-mail alone."
        ),
    )


class SendsForm(forms.Form):
    """Where a page of past sends goes on."""

    after = forms.UUIDField(required=False)
