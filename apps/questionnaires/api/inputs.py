"""What programs may send. A field that is not named here is refused, not ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from apps.questionnaires.enums import AskedChannel, Decision, PartyKind, QuestionSet

_ONE_OF_TWO = "Name an engagement or a vendor, not both."


class StrictSerializer(serializers.Serializer[Any]):
    """Input that names every field it does not take, so that nothing is ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields; what is no object is refused below."""
        named = data if isinstance(data, Mapping) else {}
        strange = sorted(set(named) - set(self.fields))
        if strange:
            raise serializers.ValidationError(
                {name: ["This field cannot be written here."] for name in strange}
            )
        return super().to_internal_value(data)


def read(serializer: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The request's values, or 400 with messages by field."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _text(most: int, **named: Any) -> serializers.CharField:
    return serializers.CharField(
        required=False, default="", allow_blank=True, max_length=most, **named
    )


class ContentInput(StrictSerializer):
    """The whole content of a draft, as the version answers it."""

    content = serializers.DictField()
    revision = serializers.IntegerField(min_value=1)


class TemplateInput(StrictSerializer):
    """A new questionnaire."""

    title = serializers.CharField(max_length=200)
    label = _text(40)  # type: ignore[assignment]
    intro = _text(2_000)
    content = serializers.DictField()


class DraftInput(StrictSerializer):
    """A new version."""

    label = serializers.CharField(max_length=40)  # type: ignore[assignment]


class PublishInput(StrictSerializer):
    """The draft as it was seen."""

    revision = serializers.IntegerField(min_value=1)


class AssignInput(StrictSerializer):
    """Ask the provider of an engagement, or a vendor for all it does."""

    engagement = serializers.UUIDField(required=False)
    vendor = serializers.UUIDField(required=False)
    version = serializers.UUIDField()
    party_kind = serializers.ChoiceField(choices=PartyKind.choices)
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=AskedChannel.choices), min_length=1
    )
    sets = serializers.ListField(
        child=serializers.ChoiceField(choices=QuestionSet.choices),
        default=[QuestionSet.CORE],
    )
    due_on = serializers.DateField()
    recurrence_months = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=60
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if ("engagement" in attrs) == ("vendor" in attrs):
            raise serializers.ValidationError({"engagement": [_ONE_OF_TWO]})
        return attrs


class MoveDueInput(StrictSerializer):
    """Another day."""

    due_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class WithdrawInput(StrictSerializer):
    """Why it is asked no longer."""

    reason = serializers.CharField(max_length=500)


class SectionInput(StrictSerializer):
    """A section."""

    section = serializers.CharField(max_length=40)


class DelegateInput(SectionInput):
    """A section and a colleague."""

    user = serializers.UUIDField()


class AnswerInput(StrictSerializer):
    """One answer: the writer says which save it saw."""

    question = serializers.CharField(max_length=40)
    value = serializers.ListField(
        child=serializers.CharField(max_length=20_000, allow_blank=True),
        help_text="One value, or several where the question takes several.",
    )
    note = _text(5_000)
    version = serializers.IntegerField(min_value=0)


class EvidenceInput(StrictSerializer):
    """A file behind an answer."""

    question = serializers.CharField(max_length=40)
    file = serializers.FileField()


class TableInput(StrictSerializer):
    """The table that was downloaded, filled in."""

    file = serializers.FileField()


class TextInput(StrictSerializer):
    """A comment, or a note of the client's own."""

    question = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=2_000)


class ReuseInput(StrictSerializer):
    """Which questionnaire the vendor takes its answers from."""

    questionnaire = serializers.UUIDField()


class SubmitInput(StrictSerializer):
    """Hand in."""

    accept_unanswered = serializers.BooleanField(default=False)


class DecisionInput(StrictSerializer):
    """Decide on one answer."""

    question = serializers.CharField(max_length=40)
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = _text(2_000)


class CloseInput(StrictSerializer):
    """Words beside the verdict the rules give."""

    summary = _text(2_000)


class FindingInput(StrictSerializer):
    """A finding raised by hand."""

    question = serializers.CharField(max_length=40)
    title = serializers.CharField(max_length=200)
    detail = _text(2_000)


class PlanInput(StrictSerializer):
    """What is done about a finding, by whom, until when."""

    text = serializers.CharField(max_length=1_000)
    due_on = serializers.DateField()
    owner = serializers.UUIDField(required=False, allow_null=True, default=None)


class DoneInput(StrictSerializer):
    """A corrective action reported done, with proof."""

    note = serializers.CharField(max_length=1_000)
    file = serializers.FileField(required=False, default=None)


class VerifyInput(StrictSerializer):
    """Whether it holds; a reason where it does not."""

    holds = serializers.BooleanField()
    note = _text(1_000)
