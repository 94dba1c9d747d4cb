"""Forms that move a case on, one page each."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.incidents import actions, forms, queries, rules
from apps.incidents.actions import FactValue, NoticeTerms
from apps.incidents.enums import (
    Audience,
    Duty,
    FactName,
    HoldForm,
    LetterKind,
    Method,
)
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView


class StepView(ActionView):
    """A form about one case; back to the case when done."""

    permission = Permission.INCIDENTS_ASSESS
    template_name = "incidents/step.html"
    heading: ClassVar[str]
    lede: ClassVar[str] = ""
    verb: ClassVar[str]
    done: ClassVar[str]

    def load(self) -> None:
        """The case, if the actor may know of it."""
        self.incident = queries.incident(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """What the page says around the form."""
        return {
            "incident": self.incident,
            "engagement": self.incident.engagement,
            "heading": self.heading,
            "lede": self.lede,
            "verb": self.verb,
            "can": queries.possibilities(self.actor, self.incident),
        }

    def perform(self, form: Any) -> HttpResponse:
        """Act, say so, go back to the case."""
        self.act(form)
        messages.success(self.request, self.done)
        return redirect("incidents:detail", pk=self.incident.pk)

    def act(self, form: Any) -> None:
        """The one action."""
        raise NotImplementedError


def stored(upload: Any, *, by: Actor) -> StoredFile | None:
    """An uploaded document as evidence; None where none was given."""
    if not upload:
        return None
    file = cast("UploadedFile", upload)
    return store_file(
        by=by,
        organization=by.organization,
        name=file.name or "file",
        content=cast("Any", file.file),
        accept=FileKind.DOCUMENT,
    )


class ShareView(StepView):
    """Tell the other side."""

    form_class = forms.ShareForm
    heading = "Tell the other side"
    lede = "They see the case from now on. The moment they were told counts for clocks."
    verb = "Tell and share case"
    done = "The other side sees the case now."

    def form_arguments(self) -> dict[str, Any]:
        """The person's own zone, and letters ready for the client."""
        letters = queries.finished_letters(
            self.actor, self.incident, duties=[Duty.UPSTREAM]
        )
        return {"zone": self.actor.user.time_zone, "letters": letters}

    def act(self, form: forms.ShareForm) -> None:
        """Share."""
        data = form.cleaned_data
        actions.share_incident(
            self.incident,
            by=self.actor,
            told_at=form.moment("told_at", data["zone"]) or clock.now(),
            method=Method(data["method"]),
            to_whom=data["to_whom"],
            proof=stored(data["proof"], by=self.actor),
            letter=form.by_letter.get(data["letter"]),  # type: ignore[attr-defined]
        )


class RelayView(StepView):
    """Take the case up the chain."""

    form_class = forms.RelayForm
    heading = "Relay to a client"
    lede = "A draft of your side opens on the engagement; clocks follow the chain."
    verb = "Open case on this engagement"
    done = "The case is open as a draft. Tell your client in time."

    def form_arguments(self) -> dict[str, Any]:
        """Engagements carried through this one and not relayed to yet."""
        return {"engagements": queries.engagements_above(self.incident)}

    def act(self, form: forms.RelayForm) -> None:
        """Relay."""
        chosen = form.by_pk[form.cleaned_data["engagement"]]
        actions.relay_incident(self.incident, by=self.actor, engagement=chosen)


class FactView(StepView):
    """Record or correct a fact."""

    form_class = forms.FactForm
    heading = "Record or correct a fact"
    lede = "Nothing is overwritten: the earlier value and its clocks stay on record."
    verb = "Record fact"
    done = "The fact is recorded and the clocks agree with it."

    def form_arguments(self) -> dict[str, Any]:
        """Facts the actor's side may tell; the fact a link names comes first."""
        side = queries.possibilities(self.actor, self.incident).side
        other = "client_" if side == "provider" else "provider_"
        names = [one for one in FactName if not one.startswith(other)]
        chosen = self.request.GET.get("name", "")
        initial = {"initial": {"name": chosen}} if self.request.method == "GET" else {}
        held = queries.current_facts([self.incident])[self.incident.pk]
        return {
            "names": names,
            "held": [str(fact.pk) for fact in held.values()],
            "zone": self.actor.user.time_zone,
            **initial,
        }

    def act(self, form: forms.FactForm) -> None:
        """Record."""
        data = form.cleaned_data
        name = FactName(data["name"])
        moment = form.moment("moment_at", data["zone"] or self.actor.user.time_zone)
        is_yes = {"yes": True, "no": False}.get(data["yes"])
        actions.correct_fact(
            self.incident,
            by=self.actor,
            name=name,
            value=FactValue(
                day=data["day"],
                moment=moment,
                zone=data["zone"] if moment else "",
                yes=is_yes,
                person=data["person"],
            ),
            reason=data["reason"],
            seen=frozenset(data["seen"].split()) if "seen" in form.data else None,
            text_confirmed=data["text_confirmed"],
        )


class CountView(StepView):
    """Count the people affected."""

    form_class = forms.CountForm
    heading = "Count the people affected"
    lede = "A new count moves thresholds. It never moves the day of discovery."
    verb = "Record count"
    done = "The count is recorded and the clocks agree with it."

    def act(self, form: forms.CountForm) -> None:
        """Count."""
        data = form.cleaned_data
        actions.count_people(
            self.incident,
            by=self.actor,
            total=data["total"],
            by_state=data["by_state"],
            unreachable=data["unreachable"] or 0,
            reason=data["reason"],
            text_confirmed=data["text_confirmed"],
        )


class HoldView(StepView):
    """Record a statement of law enforcement."""

    form_class = forms.StatementForm
    heading = "Record a law enforcement statement"
    lede = (
        "Only an official can ask for delay: in writing for the time named, orally for "
        "at most 30 days (45 CFR 164.412)."
    )
    verb = "Record statement"
    done = "The statement is recorded."

    def act(self, form: forms.StatementForm) -> None:
        """Hold."""
        data = form.cleaned_data
        actions.hold_notices(
            self.incident,
            by=self.actor,
            form=HoldForm(data["form"]),
            official=data["official"],
            statement=data["statement"],
            stated_on=data["stated_on"],
            delay_until=data["delay_until"],
            document=stored(data["document"], by=self.actor),
            text_confirmed=data["text_confirmed"],
        )


class NoticeView(StepView):
    """Record a notice that is out."""

    form_class = forms.NoticeForm
    heading = "Record a notice"
    lede = "What went to whom, how and when. It ends the clocks it meets."
    verb = "Record notice"
    done = "The notice is recorded."

    def form_arguments(self) -> dict[str, Any]:
        """Whom the actor's side tells; a letter a link names comes first."""
        side = queries.possibilities(self.actor, self.incident).side
        duties = queries.notice_duties(self.incident, side)
        letters = queries.finished_letters(self.actor, self.incident, duties=duties)
        chosen = next(
            (one for one in letters if str(one.pk) == self.request.GET.get("letter")),
            None,
        )
        initial = {}
        if chosen is not None and self.request.method == "GET":
            duty = rules.letter_forms()[LetterKind(chosen.kind)].duty
            initial = {"initial": {"letter": str(chosen.pk), "duty": duty}}
        return {
            "duties": duties,
            "letters": letters,
            "offices": rules.offices() if Duty.STATE_OFFICE in duties else [],
            "given": queries.told_by(self.incident, self.actor.organization_id),
            "zone": self.actor.user.time_zone,
            **initial,
        }

    def act(self, form: forms.NoticeForm) -> None:
        """Record."""
        data = form.cleaned_data
        terms = NoticeTerms(
            duty=Duty(data["duty"]),
            method=Method(data["method"]),
            sent_at=form.moment("sent_at", data["zone"]) or clock.now(),
            to_whom=data["to_whom"],
            state=data["state"],
            office=data["office"],
            people=data["people"],
            contents=tuple(data["contents"]),
            people_agreed=data["people_agreed"],
            note=data["note"],
            proof=stored(data["proof"], by=self.actor),
            letter=form.by_letter.get(data["letter"]),  # type: ignore[attr-defined]
            corrects=form.by_pk.get(data.get("corrects", "")),
            text_confirmed=data["text_confirmed"],
        )
        actions.record_notice(self.incident, by=self.actor, terms=terms)


class EntryView(StepView):
    """Write to the timeline."""

    permission = Permission.INCIDENTS_VIEW
    form_class = forms.EntryForm
    heading = "Write to the timeline"
    verb = "Write entry"
    done = "The entry is on the timeline."

    def act(self, form: forms.EntryForm) -> None:
        """Write."""
        data = form.cleaned_data
        actions.write_entry(
            self.incident,
            by=self.actor,
            text=data["text"],
            audience=Audience(data["audience"]),
            text_confirmed=data["text_confirmed"],
        )


class AttachView(StepView):
    """Put a file with the case."""

    form_class = forms.AttachForm
    heading = "Attach a file"
    verb = "Attach file"
    done = "The file is with the case."

    def act(self, form: forms.AttachForm) -> None:
        """Store and attach."""
        data = form.cleaned_data
        file = stored(data["file"], by=self.actor)
        assert file is not None  # noqa: S101 - the form requires it
        actions.attach_file(
            self.incident,
            by=self.actor,
            file=file,
            title=data["title"],
            audience=Audience(data["audience"]),
            text_confirmed=data["text_confirmed"],
        )
