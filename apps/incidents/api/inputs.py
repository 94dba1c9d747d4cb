"""What the API of incidents takes."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from apps.engagements.enums import Channel, PhiCategory
from apps.incidents import rules
from apps.incidents.enums import (
    Audience,
    BusinessDayReading,
    CountReading,
    DayEndReading,
    DelayReading,
    Duty,
    FactName,
    HoldForm,
    Kind,
    LetterKind,
    Method,
    OpenRequestReading,
    Outcome,
    Risk,
    TaskKind,
    ZoneReading,
)


class TextSerializer(serializers.Serializer[Any]):
    """Input with free text; ``text_confirmed`` answers the warning about text that
    looks like an identifier."""

    text_confirmed = serializers.BooleanField(required=False, default=False)


class ReportSerializer(serializers.Serializer[Any]):
    """What is known at first. ``text_confirmed`` answers the warning about text that
    looks like an identifier."""

    engagement = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    summary = serializers.CharField(max_length=2000)
    learned_at = serializers.DateTimeField()
    zone = serializers.CharField(max_length=64)
    person = serializers.CharField(max_length=120)
    occurred_on = serializers.DateField(required=False, allow_null=True, default=None)
    channels = serializers.MultipleChoiceField(choices=Channel.choices, required=False)
    phi_categories = serializers.MultipleChoiceField(
        choices=PhiCategory.choices, required=False
    )
    systems = serializers.CharField(max_length=300, required=False, default="")
    people = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, default=None
    )
    is_exercise = serializers.BooleanField(required=False, default=False)
    text_confirmed = serializers.BooleanField(required=False, default=False)

    def validate_zone(self, value: str) -> str:
        """An IANA zone."""
        return _zone(value)


class ShareSerializer(serializers.Serializer[Any]):
    """When and how the other side was told."""

    told_at = serializers.DateTimeField()
    method = serializers.ChoiceField(choices=Method.choices, default=Method.PORTAL)
    to_whom = serializers.CharField(max_length=300, required=False, default="")
    letter = serializers.UUIDField(required=False, allow_null=True, default=None)
    proof = serializers.UUIDField(required=False, allow_null=True, default=None)


class FactSerializer(serializers.Serializer[Any]):
    """A fact or a correction of one; give the one value the fact takes. ``corrects``,
    the fact that was read, has a correction refused that somebody else was quicker
    with."""

    name = serializers.ChoiceField(choices=FactName.choices)
    day = serializers.DateField(required=False, allow_null=True, default=None)
    moment = serializers.DateTimeField(required=False, allow_null=True, default=None)
    zone = serializers.CharField(required=False, allow_blank=True, default="")
    yes = serializers.BooleanField(required=False, allow_null=True, default=None)
    person = serializers.CharField(max_length=120, required=False, default="")
    reason = serializers.CharField(max_length=500, required=False, default="")
    corrects = serializers.UUIDField(required=False, allow_null=True, default=None)
    text_confirmed = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A moment comes with its zone."""
        if attrs.get("moment") is not None:
            attrs["zone"] = _zone(attrs.get("zone", ""))
        return attrs


class CountSerializer(serializers.Serializer[Any]):
    """People affected, in total and by State."""

    total = serializers.IntegerField(min_value=0)
    by_state = serializers.DictField(
        child=serializers.IntegerField(min_value=0), required=False
    )
    unreachable = serializers.IntegerField(min_value=0, required=False, default=0)
    reason = serializers.CharField(max_length=500, required=False, default="")
    text_confirmed = serializers.BooleanField(required=False, default=False)

    def validate_by_state(self, value: dict[str, int]) -> dict[str, int]:
        """Codes of States and territories."""
        if not rules.STATES.issuperset(value):
            raise serializers.ValidationError("A State is a code of two letters.")
        return value


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice that is out. Without ``people`` it went to everybody counted so far;
    ``office`` is the authority of ``state``; ``corrects`` a notice recorded wrongly."""

    duty = serializers.ChoiceField(choices=Duty.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    sent_at = serializers.DateTimeField()
    to_whom = serializers.CharField(max_length=300)
    state = serializers.RegexField(r"^[A-Z]{2}$", required=False, default="")
    office = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default=""
    )
    people = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, default=None
    )
    contents = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, default=list
    )
    people_agreed = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=500, required=False, default="")
    letter = serializers.UUIDField(required=False, allow_null=True, default=None)
    proof = serializers.UUIDField(required=False, allow_null=True, default=None)
    corrects = serializers.UUIDField(required=False, allow_null=True, default=None)
    text_confirmed = serializers.BooleanField(required=False, default=False)


class RelaySerializer(serializers.Serializer[Any]):
    """Which engagement above the case concerns."""

    engagement = serializers.UUIDField()


class FactorSerializer(serializers.Serializer[Any]):
    """How one factor weighs, and why."""

    risk = serializers.ChoiceField(choices=Risk.choices)
    reason = serializers.CharField(max_length=1000)


class AssessSerializer(TextSerializer):
    """The four factors by id, and the conclusion."""

    factors = serializers.DictField(child=FactorSerializer())
    is_low_probability = serializers.BooleanField()
    reason = serializers.CharField(max_length=1000)


class ProposeSerializer(TextSerializer):
    """A finding; ``exception`` by id where the outcome is one."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    exception = serializers.CharField(max_length=30, required=False, default="")
    reason = serializers.CharField(max_length=1000)


class HoldStatementSerializer(TextSerializer):
    """A statement of law enforcement."""

    form = serializers.ChoiceField(choices=HoldForm.choices)
    official = serializers.CharField(max_length=200)
    statement = serializers.CharField(max_length=1000)
    stated_on = serializers.DateField()
    delay_until = serializers.DateField(required=False, allow_null=True, default=None)


class OpenTaskSerializer(TextSerializer):
    """A task to open."""

    kind = serializers.ChoiceField(choices=TaskKind.choices)
    title = serializers.CharField(max_length=200)
    owner = serializers.CharField(max_length=120)
    due_on = serializers.DateField()


class OutcomeSerializer(TextSerializer):
    """What came of a task, or how it was seen to work."""

    text = serializers.CharField(max_length=500)


class EntrySerializer(TextSerializer):
    """A line for the timeline."""

    text = serializers.CharField(max_length=2000)
    audience = serializers.ChoiceField(
        choices=Audience.choices, default=Audience.OWN_SIDE
    )


class ReopenSerializer(TextSerializer):
    """Why a closed case opens again."""

    reason = serializers.CharField(max_length=500)


class RecordReviewSerializer(TextSerializer):
    """The review after an incident."""

    held_on = serializers.DateField()
    what_happened = serializers.CharField(max_length=2000)
    causes = serializers.CharField(max_length=2000)
    lessons = serializers.CharField(max_length=2000)
    audience = serializers.ChoiceField(
        choices=Audience.choices, default=Audience.OWN_SIDE
    )


class BeginLetterSerializer(serializers.Serializer[Any]):
    """Which letter to begin."""

    kind = serializers.ChoiceField(choices=LetterKind.choices)


class EditLetterSerializer(TextSerializer):
    """Texts by part; ``revision`` is the one that was read."""

    parts = serializers.DictField(
        child=serializers.CharField(max_length=rules.LONGEST_PART, allow_blank=True)
    )
    revision = serializers.IntegerField(min_value=1)


class FinishLetterSerializer(serializers.Serializer[Any]):
    """The revision that was read."""

    revision = serializers.IntegerField(min_value=1)


class ReadingsSerializer(serializers.Serializer[Any]):
    """One choice for each open point."""

    zone = serializers.ChoiceField(choices=ZoneReading.choices)
    day_end = serializers.ChoiceField(choices=DayEndReading.choices)
    delay = serializers.ChoiceField(choices=DelayReading.choices)
    open_request = serializers.ChoiceField(choices=OpenRequestReading.choices)
    counts = serializers.ChoiceField(choices=CountReading.choices)
    business_days = serializers.ChoiceField(choices=BusinessDayReading.choices)
    holidays = serializers.ListField(
        child=serializers.DateField(), required=False, default=list, max_length=400
    )
    reason = serializers.CharField(max_length=500)

    def readings(self) -> rules.Readings:
        """What was chosen."""
        data = self.validated_data
        chosen: dict[str, Any] = {
            point.name: type(point.default)(data[point.name])
            for point in rules.OPEN_POINTS
        }
        return rules.Readings(**chosen, holidays=frozenset(data["holidays"]))


def valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """The checked data, or 400."""
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise serializers.ValidationError("Name an IANA time zone.")
    return value
