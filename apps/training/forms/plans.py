"""Forms about courses, requirements, what counts as a course."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.engagements.enums import Channel
from apps.training.enums import Timing
from apps.training.models import Course, CourseVersion, Requirement
from apps.training.rules import CourseVersionTerms, Demands, RequirementTerms
from apps.workforce.enums import AgentRole


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class VersionForm(forms.Form):
    """What a course teaches from a day on."""

    label = forms.CharField(max_length=40, label="Version", help_text="Such as 2026.")
    effective_on = forms.DateField(
        label="Taught from",
        widget=DateInput,
        help_text="Completions on or after this day are judged by this version.",
    )
    topics = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line. They appear in attestations.",
    )
    validity_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=120,
        label="Valid for months",
        help_text="Empty means for ever. HIPAA sets no interval; 12 is our default.",
    )
    pass_mark = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=999,
        decimal_places=2,
        help_text="In the unit of the scores. Used where a file only says finished.",
    )
    window_starts_on = forms.DateField(
        required=False,
        label="Fixed window from",
        widget=DateInput,
        help_text="Empty: each completion counts to its own anniversary. A day: it "
        "counts to the end of the window it falls in, one after another from then.",
    )
    grace_days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=365,
        label="Days of grace",
        help_text="After the last day an agent stays cleared that long. Our default: "
        "none.",
    )
    languages = forms.CharField(required=False, help_text="Divided by commas.")
    is_scenario_based = forms.BooleanField(required=False, label="Uses scenarios")
    scenario_percent = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        label="Share of scenarios in percent",
    )

    def terms(self) -> CourseVersionTerms:
        """The values as the action takes them."""
        given = self.cleaned_data
        return CourseVersionTerms(
            label=given["label"],
            effective_on=given["effective_on"],
            topics=_parts(given["topics"], "\n", longest=200),
            is_scenario_based=given["is_scenario_based"],
            pass_mark=given["pass_mark"],
            validity_months=given["validity_months"],
            window_starts_on=given["window_starts_on"],
            grace_days=given["grace_days"] or 0,
            languages=_parts(given["languages"], ",", longest=20),
            scenario_percent=given["scenario_percent"],
        )


def _parts(text: str, mark: str, *, longest: int) -> tuple[str, ...]:
    parts = (part.strip()[:longest] for part in text.split(mark))
    return tuple(dict.fromkeys(part for part in parts if part))


class CourseForm(VersionForm):
    """A course and its first version."""

    code = forms.CharField(max_length=64, help_text="As your learning system calls it.")
    title = forms.CharField(max_length=200)
    aliases = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Other names",
        help_text="One a line: what other systems call this course.",
    )
    taught_by = forms.CharField(
        max_length=200,
        required=False,
        help_text="Empty: you. Another party, for a course agents bring along.",
    )
    field_order = ("code", "title", "taught_by", "aliases")

    def names(self) -> tuple[str, ...]:
        """Its other names."""
        return _parts(self.cleaned_data["aliases"], "\n", longest=300)


class RequirementTermsForm(forms.Form):
    """By when a course is held and what a completion must be, from a day on."""

    timing = forms.ChoiceField(choices=Timing.choices, label="By when")
    within_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=365,
        label="Days",
        help_text="Calendar days after the assignment, or after joining; the last one "
        "counts. Texas HB 300 gives 90 days after hire and asks a signed statement.",
    )
    renew_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=120,
        label="Repeat after months",
        help_text="Empty: as long as the course says. The shorter of both counts.",
    )
    min_scenario_percent = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        label="Share of scenarios in percent",
        help_text="At least; a version that states none does not count.",
    )
    languages = forms.CharField(
        required=False, help_text="Any of these, divided by commas. Empty: any."
    )
    accepts_equivalents = forms.BooleanField(
        required=False,
        initial=True,
        label="Courses the provider accepts as equal count",
    )
    needs_signature = forms.BooleanField(
        required=False,
        label="Counts only once its completion is signed for",
        help_text="From the day of the signed statement on. Texas HB 300 (Health and "
        "Safety Code 181.101) asks one of whoever handles PHI of Texans; HIPAA asks "
        "none.",
    )
    effective_on = forms.DateField(label="From", widget=DateInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].initial = today

    def terms(self) -> RequirementTerms:
        """The values as the actions take them."""
        given = self.cleaned_data
        return RequirementTerms(
            Timing(given["timing"]),
            given["within_days"] or 0,
            Demands(
                given["renew_months"],
                given["min_scenario_percent"] or 0,
                _parts(given["languages"], ",", longest=20),
                given["accepts_equivalents"],
                given["needs_signature"],
            ),
        )


def terms_of(row: Requirement) -> dict[str, Any]:
    """The terms of a requirement as the form shows them."""
    return {
        "timing": row.timing,
        "within_days": row.within_days or None,
        "renew_months": row.renew_months,
        "min_scenario_percent": row.min_scenario_percent,
        "languages": ", ".join(row.languages),
        "accepts_equivalents": row.accepts_equivalents,
        "needs_signature": row.needs_signature,
    }


class RequirementForm(RequirementTermsForm):
    """A course the agents of an engagement must hold."""

    course: forms.ModelChoiceField[Course] = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a course"
    )
    role = forms.ChoiceField(
        choices=(("", "Every role"), *AgentRole.choices), required=False
    )
    channel = forms.ChoiceField(
        choices=(("", "Every channel"), *Channel.choices), required=False
    )
    field_order = ("course", "role", "channel")

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The values as the action takes them."""
        given, terms = self.cleaned_data, self.terms()
        named = ("course", "role", "channel", "effective_on")
        return {name: given[name] for name in named} | {
            "timing": terms.timing,
            "within_days": terms.within_days,
            "demands": terms.demands,
        }


class EndForm(forms.Form):
    """The last day of a requirement."""

    ended_on = forms.DateField(label="Last day", widget=DateInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].initial = today


class EquivalenceForm(forms.Form):
    """A version of another course that counts as this one."""

    accepted: forms.ModelChoiceField[CourseVersion] = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a version", label="Version accepted as equal"
    )
    effective_on = forms.DateField(
        label="From",
        widget=DateInput,
        help_text="Today or later; no past day changes.",
    )
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it teaches the same. Your clients read it.",
    )
    evidence = forms.FileField(
        required=False, help_text="A comparison of contents, a letter: PDF, DOCX, PNG."
    )

    def __init__(
        self,
        *args: Any,
        versions: QuerySet[CourseVersion],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accepted"].queryset = versions  # type: ignore[attr-defined]
        self.fields["effective_on"].initial = today
