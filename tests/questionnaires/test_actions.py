"""Rounds of a questionnaire: asked, answered, handed in, reviewed, asked again."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from apps.audit.models import AuditEvent, AuditVisibility
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.notifications.models import Notification
from apps.questionnaires import actions, queries, rules
from apps.questionnaires.enums import (
    AssignmentState,
    Decision,
    FindingState,
    Outcome,
    PartyKind,
)
from apps.questionnaires.models import (
    Answer,
    AnswerFile,
    Assignment,
    InternalNote,
    Submission,
    TemplateVersion,
)
from apps.questionnaires.rules import WrongState
from apps.tenancy.models import Membership
from tests.conftest import Cast
from tests.factories.evidence import ONE_PAGE
from tests.factories.questionnaires import (
    ANSWERS,
    DUE,
    answer_all,
    make_assignment,
    make_content,
    make_submitted,
    make_version,
)

TERMS = actions.Terms(party_kind=PartyKind.OPERATOR, channels=("chat",), due_on=DUE)


def _decide_all(cast: Cast, assignment: Assignment, **decisions: Decision) -> None:
    sheet = queries.review_sheet(cast.officer, assignment)
    for item in sheet.items:
        if item.is_answered:
            wanted = decisions.get(item.question.id.replace("-", "_"), Decision.ACCEPT)
            actions.review_answer(
                assignment,
                by=cast.officer,
                question_id=item.question.id,
                decision=wanted,
                reason="See the reason.",
            )


def test_assign_asks_and_tells_the_vendor(cast: Cast) -> None:
    version = make_version(cast.clinic)
    row = actions.assign_to_engagement(
        cast.engagement, by=cast.officer, version=version, terms=TERMS
    )
    assert row.state == AssignmentState.OPEN
    assert AuditEvent.objects.filter(type="questionnaire.assigned").count() == 1
    told = Notification.objects.filter(kind="questionnaire.assigned")
    assert {n.recipient_id for n in told} == {
        cast.manager.user_id,
        cast.second_manager.user_id,
    }


def test_assign_twice_is_refused_and_platform_is_another_kind(cast: Cast) -> None:
    version = make_version(cast.clinic)
    make_assignment(cast.engagement, version=version)
    with pytest.raises(Conflict):
        actions.assign_to_engagement(
            cast.engagement, by=cast.officer, version=version, terms=TERMS
        )
    platform = actions.Terms(PartyKind.PLATFORM, ("chat",), DUE)
    row = actions.assign_to_engagement(
        cast.engagement, by=cast.officer, version=version, terms=platform
    )
    assert row.party_kind == PartyKind.PLATFORM


def test_assign_by_the_vendor_is_forbidden(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.assign_to_engagement(
            cast.engagement, by=cast.manager, version=make_version(), terms=TERMS
        )
    assert Assignment.objects.count() == 0


def test_assign_a_draft_or_a_day_past_is_refused(cast: Cast) -> None:
    draft = make_version(cast.clinic, is_published=False)
    with pytest.raises(Conflict):
        actions.assign_to_engagement(
            cast.engagement, by=cast.officer, version=draft, terms=TERMS
        )
    late = actions.Terms(PartyKind.OPERATOR, ("chat",), date(2026, 6, 14))
    with pytest.raises(Invalid):
        actions.assign_to_engagement(
            cast.engagement, by=cast.officer, version=make_version(), terms=late
        )


def test_save_answer_counts_versions_and_same_text_changes_nothing(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    first = actions.save_answer(
        assignment, by=cast.manager, question_id="E-1", value="Yes", note="", version=0
    )
    assert (first.value, first.version) == ("yes", 1)
    again = actions.save_answer(
        assignment, by=cast.manager, question_id="E-1", value="yes", note="", version=0
    )
    assert again.version == 1
    assert AuditEvent.objects.filter(type="answer.saved").count() == 1
    assert first.question_text == "Is PHI encrypted at rest?"


def test_save_answer_in_between_is_a_conflict_and_overwrites_nothing(
    cast: Cast,
) -> None:
    assignment = make_assignment(cast.engagement)
    actions.save_answer(
        assignment, by=cast.manager, question_id="E-1", value="yes", note="", version=0
    )
    with pytest.raises(rules.AnswerChanged):
        actions.save_answer(
            assignment,
            by=cast.second_manager,
            question_id="E-1",
            value="no",
            note="mine",
            version=0,
        )
    kept = Answer.objects.get()
    assert (kept.value, kept.note, kept.version) == ("yes", "", 1)


@pytest.mark.parametrize("who", ["officer", "other_manager", "lead"])
def test_save_answer_by_another_is_forbidden(cast: Cast, who: str) -> None:
    assignment = make_assignment(cast.engagement)
    with pytest.raises(NotAllowed):
        actions.save_answer(
            assignment,
            by=getattr(cast, who),
            question_id="E-1",
            value="yes",
            note="",
            version=0,
        )
    assert Answer.objects.count() == 0


def test_a_lead_answers_a_delegated_section_only(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    actions.delegate_section(
        assignment, by=cast.manager, section_id="INC", user_id=cast.lead.user_id
    )
    actions.save_answer(
        assignment, by=cast.lead, question_id="I-1", value="24", note="", version=0
    )
    with pytest.raises(NotAllowed):
        actions.save_answer(
            assignment, by=cast.lead, question_id="E-1", value="yes", note="", version=0
        )
    with pytest.raises(NotAllowed):
        actions.submit(assignment, by=cast.lead, accept_unanswered=True)
    actions.end_delegation(
        assignment, by=cast.manager, section_id="INC", user_id=cast.lead.user_id
    )
    with pytest.raises(NotAllowed):
        actions.save_answer(
            assignment, by=cast.lead, question_id="I-1", value="30", note="", version=1
        )


def test_delegate_to_a_stranger_is_refused(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    with pytest.raises(Invalid):
        actions.delegate_section(
            assignment, by=cast.manager, section_id="INC", user_id=cast.officer.user_id
        )


def test_submit_names_what_is_missing_and_freezes_what_is_there(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    answer_all(assignment, cast.manager, {"E-1": "yes"})
    with pytest.raises(Invalid, match="2 questions are not answered: E-2, I-1"):
        actions.submit(assignment, by=cast.manager)
    submission = actions.submit(assignment, by=cast.manager, accept_unanswered=True)
    assert list(submission.answers) == ["E-1"]
    assert submission.answers["E-1"]["text"] == "Is PHI encrypted at rest?"
    with pytest.raises(rules.WrongState):
        actions.save_answer(
            assignment,
            by=cast.manager,
            question_id="E-2",
            value="1.2",
            note="",
            version=0,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.update(answers={})


def test_a_whole_round_scores_as_computed_by_hand(cast: Cast) -> None:
    """E-1 yes, weight 5: 1. E-2 "1.2" of three, weight 2: 1/2. I-1 24 hours, weight 3,
    accepted with a gap: 1/2. Score (5 + 1 + 1.5) / 10 = 0.75: conditional."""
    assignment = make_submitted(cast.engagement, cast.manager)
    _decide_all(cast, assignment, E_2=Decision.REQUEST_CHANGE)
    with pytest.raises(Conflict):
        actions.close_review(assignment, by=cast.officer)
    actions.return_for_changes(assignment, by=cast.officer)
    with pytest.raises(rules.WrongState):
        actions.save_answer(
            assignment,
            by=cast.manager,
            question_id="E-1",
            value="no",
            note="",
            version=1,
        )
    actions.save_answer(
        assignment,
        by=cast.manager,
        question_id="E-2",
        value="1.2",
        note="Plan",
        version=1,
    )
    actions.submit(assignment, by=cast.manager)
    sheet = queries.review_sheet(
        cast.officer, queries.assignment(cast.officer, assignment.pk)
    )
    assert [item.question.id for item in sheet.undecided] == ["E-2"]
    _decide_all(cast, assignment, I_1=Decision.ACCEPT_WITH_GAP)
    outcome = actions.close_review(assignment, by=cast.officer, summary="Fine.")
    assert outcome.outcome == Outcome.CONDITIONAL
    assert outcome.score == Decimal("0.7500")
    assert outcome.coverage == Decimal("1.0000")
    assert [f.title for f in assignment.findings.all()] == ["Accepted with a gap"]
    assert outcome.sections[0]["score"] == "0.8571"  # (5 + 1) / 7
    assert outcome.sections[1]["score"] == "0.5000"


def test_unanswered_knockout_fails(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    answer_all(assignment, cast.manager, {"E-2": "1.3", "I-1": "24"})
    actions.submit(assignment, by=cast.manager, accept_unanswered=True)
    _decide_all(cast, assignment)
    outcome = actions.close_review(assignment, by=cast.officer)
    assert outcome.outcome == Outcome.FAIL
    assert outcome.knockouts == ["E-1"]
    assert outcome.coverage == Decimal("0.5000")
    assert outcome.sections[0]["is_ready"] is False


def test_review_by_the_vendor_is_forbidden(cast: Cast) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    with pytest.raises(NotAllowed):
        actions.review_answer(
            assignment, by=cast.manager, question_id="E-1", decision=Decision.ACCEPT
        )
    with pytest.raises(NotAllowed):
        actions.add_note(assignment, by=cast.manager, question_id="E-1", text="x")
    with pytest.raises(NotAllowed):
        actions.close_review(assignment, by=cast.manager)


def test_review_without_a_reason_is_refused(cast: Cast) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    with pytest.raises(Invalid):
        actions.review_answer(
            assignment, by=cast.officer, question_id="E-1", decision=Decision.REJECT
        )


def test_internal_note_stays_with_the_client(cast: Cast) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    actions.add_note(
        assignment, by=cast.officer, question_id="E-1", text="CANARY-of-the-client"
    )
    assert InternalNote.objects.visible_to(cast.manager).count() == 0
    event = AuditEvent.objects.get(type="questionnaire_note.added")
    seen = AuditVisibility.objects.filter(event=event.pk).values_list("org", flat=True)
    assert list(seen) == [cast.clinic.pk]


def test_template_edit_never_changes_an_answer(cast: Cast) -> None:
    version = make_version(cast.clinic)
    assignment = make_submitted(cast.engagement, cast.manager, version=version)
    before = Submission.objects.get().answers
    draft = actions.draft_version(version, by=cast.officer, label="2")
    changed = rules.read_question(
        rules.as_data(draft.questionnaire)["questions"][0] | {"text": "Other words?"}
    )
    content = rules.with_question(draft.questionnaire, changed, replaces="E-1")
    draft = actions.edit_draft(draft, by=cast.officer, content=content, revision=1)
    actions.publish_version(draft, by=cast.officer, revision=draft.revision)
    fresh = Assignment.objects.get(pk=assignment.pk)
    assert fresh.questions[0].text == "Is PHI encrypted at rest?"
    assert Answer.objects.get(question_id="E-1").question_text == (
        "Is PHI encrypted at rest?"
    )
    assert Submission.objects.get().answers == before
    with pytest.raises(Conflict):
        actions.publish_version(version, by=cast.officer, revision=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).update(label="x")


def test_draft_of_another_organization_is_forbidden(cast: Cast) -> None:
    draft = make_version(cast.clinic, is_published=False)
    with pytest.raises(NotAllowed):
        actions.publish_version(draft, by=cast.outsider, revision=1)
    with pytest.raises(NotFound):
        queries.version(cast.outsider, draft.pk)


def test_next_round_carries_over_and_says_what_changed(cast: Cast) -> None:
    version = make_version(cast.clinic)
    assignment = make_submitted(
        cast.engagement, cast.manager, version=version, recurrence_months=12
    )
    _decide_all(cast, assignment)
    actions.close_review(assignment, by=cast.officer)
    assert list(actions.open_next_rounds()) == []
    with clock.held(datetime(2027, 6, 15, tzinfo=UTC)):
        [follower] = actions.open_next_rounds()
        assert list(actions.open_next_rounds()) == []
        assert follower.due_on == date(2027, 7, 15)
        assert follower.previous_id == assignment.pk
        sheet = queries.sheet(cast.manager, follower)
        assert [i.needs_confirmation for i in sheet.items] == [True, True, True, False]
        assert sheet.answered == 0
        assert actions.confirm_section(follower, by=cast.manager, section_id="ENC") == 2
        actions.save_answer(
            follower, by=cast.manager, question_id="I-1", value="48", note="", version=1
        )
        sheet = queries.sheet(cast.manager, follower)
        assert sheet.answered == 3
        assert [i.is_changed_since for i in sheet.items[:3]] == [False, False, True]


def test_other_evidence_or_another_question_is_a_change_since(cast: Cast) -> None:
    """The same yes behind other proof, or to another question, is looked at anew."""

    def round_of(version: TemplateVersion, proof: bytes) -> Assignment:
        row = actions.assign_to_engagement(
            cast.engagement,
            by=cast.officer,
            version=version,
            terms=actions.Terms(PartyKind.OPERATOR, ("chat",), DUE),
        )
        for kept in AnswerFile.objects.filter(answer__assignment=row):
            actions.remove_file(kept, by=cast.manager)
        actions.attach_file(
            row,
            by=cast.manager,
            question_id="E-1",
            name="proof.pdf",
            content=io.BytesIO(proof),
        )
        for question, value in ANSWERS.items():
            found = row.answers.filter(question_id=question).first()
            actions.save_answer(
                row,
                by=cast.manager,
                question_id=question,
                value=value,
                note="",
                version=found.version if found else 0,
            )
        actions.submit(row, by=cast.manager)
        return row

    version = make_version(cast.clinic)
    first = round_of(version, ONE_PAGE)
    _decide_all(cast, first)
    actions.close_review(first, by=cast.officer)
    content = make_content()
    questions = [*content["questions"]]
    questions[1] = questions[1] | {"text": "Which TLS version do partners use?"}
    draft = actions.draft_version(version, by=cast.officer, label="2")
    actions.edit_draft(
        draft,
        by=cast.officer,
        content=rules.read_content(content | {"questions": questions}),
        revision=1,
    )
    actions.publish_version(draft, by=cast.officer, revision=2)
    draft.refresh_from_db()
    second = round_of(draft, ONE_PAGE + b"% renewed")
    sheet = queries.review_sheet(cast.officer, second)
    assert [i.is_changed_since for i in sheet.items] == [True, True, False]
    assert actions.accept_unchanged(second, by=cast.officer) == ["I-1"]
    mine = queries.sheet(cast.manager, second)
    assert mine.items[0].is_changed_since
    assert mine.items[1].former is not None
    assert mine.items[1].former.wording_changed


def test_a_series_of_a_whole_vendor_ends_with_its_last_engagement(cast: Cast) -> None:
    row = make_submitted(cast.engagement, cast.manager, recurrence_months=12)
    Assignment.objects.filter(pk=row.pk).update(engagement=None)
    row.refresh_from_db()
    _decide_all(cast, row)
    actions.close_review(row, by=cast.officer)
    cast.engagement.ended_on = date(2027, 1, 31)
    cast.engagement.save(update_fields=["ended_on"])
    with clock.held(datetime(2027, 6, 15, tzinfo=UTC)):
        assert list(actions.open_next_rounds()) == []
    cast.engagement.ended_on = None
    cast.engagement.save(update_fields=["ended_on"])
    with clock.held(datetime(2027, 6, 15, tzinfo=UTC)):
        assert [one.previous_id for one in actions.open_next_rounds()] == [row.pk]


def test_confirming_a_section_leaves_what_it_hides(cast: Cast) -> None:
    """I-2 hangs on E-1, which nobody confirmed yet: its answer is not on the page."""
    last = make_assignment(cast.engagement)
    answer_all(last, cast.manager, {"E-1": "no", **_OTHERS, "I-2": "Bought late"})
    actions.submit(last, by=cast.manager)
    _decide_all(cast, last)
    actions.close_review(last, by=cast.officer)
    row = actions.assign_to_engagement(
        cast.engagement, by=cast.officer, version=last.version, terms=TERMS
    )
    assert actions.confirm_section(row, by=cast.manager, section_id="INC") == 1
    assert row.answers.get(question_id="I-2").confirmed_at is None
    assert actions.confirm_section(row, by=cast.manager, section_id="ENC") == 2
    assert actions.confirm_section(row, by=cast.manager, section_id="INC") == 1


def test_a_section_of_somebody_who_left_says_so(cast: Cast) -> None:
    row = make_assignment(cast.engagement)
    actions.delegate_section(
        row, by=cast.manager, section_id="INC", user_id=cast.lead.user_id
    )
    [delegation] = queries.sheet(cast.manager, row).parts[1].delegations
    assert delegation.is_here  # type: ignore[attr-defined]
    Membership.objects.filter(user=cast.lead.user).update(valid_until=date(2026, 6, 14))
    [delegation] = queries.sheet(cast.manager, row).parts[1].delegations
    assert not delegation.is_here  # type: ignore[attr-defined]
    actions.save_answer(
        row, by=cast.manager, question_id="I-1", value="24", note="", version=0
    )


def test_nobody_speaks_about_a_round_that_is_over(cast: Cast) -> None:
    row = make_assignment(cast.engagement)
    actions.withdraw(row, by=cast.officer, reason="Asked of the wrong vendor")
    for by in (cast.manager, cast.officer):
        with pytest.raises(WrongState):
            actions.add_comment(row, by=by, question_id="E-1", text="Why?")
    with pytest.raises(WrongState):
        actions.raise_finding(row, by=cast.officer, question_id="E-1", title="Gap")


def test_a_decision_of_an_earlier_hand_in_binds_nobody(cast: Cast) -> None:
    """I-2 was accepted, then hidden, then asked again: it is open as on the sheet."""
    row = make_assignment(cast.engagement)
    answer_all(row, cast.manager, {"E-1": "no", **_OTHERS, "I-2": "Bought late"})
    actions.submit(row, by=cast.manager)
    _decide_all(cast, row, E_1=Decision.REQUEST_CHANGE)
    actions.return_for_changes(row, by=cast.officer)
    actions.save_answer(
        row, by=cast.manager, question_id="E-1", value="yes", note="", version=1
    )
    actions.submit(row, by=cast.manager)
    _decide_all(cast, row, E_1=Decision.REQUEST_CHANGE)
    actions.return_for_changes(row, by=cast.officer)
    actions.save_answer(
        row, by=cast.manager, question_id="E-1", value="no", note="", version=2
    )
    item = queries.sheet(cast.manager, row).items[3]
    assert (item.question.id, item.is_shown, item.is_writable) == ("I-2", True, True)
    actions.save_answer(
        row, by=cast.manager, question_id="I-2", value="Later", note="", version=1
    )


_OTHERS = {"E-2": "1.3", "I-1": "24"}


def test_moving_one_day_does_not_move_the_series(cast: Cast) -> None:
    version = make_version(cast.clinic)
    assignment = make_assignment(cast.engagement, version=version, recurrence_months=12)
    actions.move_due(
        assignment, by=cast.officer, due_on=date(2026, 8, 20), reason="Holidays"
    )
    told = Notification.objects.filter(kind="questionnaire.due_moved")
    assert cast.manager.user_id in {row.recipient_id for row in told}
    assert {(row.context["former"], row.context["due"]) for row in told} == {
        ("15 July 2026", "20 August 2026")
    }
    answer_all(assignment, cast.manager)
    actions.submit(assignment, by=cast.manager, accept_unanswered=True)
    _decide_all(cast, assignment)
    actions.close_review(assignment, by=cast.officer)
    with clock.held(datetime(2027, 6, 15, tzinfo=UTC)):
        [follower] = actions.open_next_rounds()
    assert follower.due_on == date(2027, 7, 15)


def test_reuse_is_the_vendors_act_alone(cast: Cast) -> None:
    version = make_version()
    source = make_submitted(cast.engagement, cast.manager, version=version)
    other = type(cast.engagement).objects.create(
        client=cast.other_clinic,
        provider=cast.vendor,
        name="Other chat",
        started_on=date(2026, 1, 5),
    )
    target = make_assignment(other, version=version)
    with pytest.raises(NotAllowed):
        actions.reuse_answers(target, by=cast.lead, source=source)
    assert actions.reuse_answers(target, by=cast.manager, source=source) == 3
    sheet = queries.sheet(cast.manager, target)
    assert sheet.answered == 0
    assert sheet.items[0].words == "Yes"
    event = AuditEvent.objects.get(type="answers.reused")
    seen = AuditVisibility.objects.filter(event=event.pk).values_list("org", flat=True)
    assert list(seen) == [cast.vendor.pk]


def test_evidence_reaches_the_client_once_handed_in(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    kept = actions.attach_file(
        assignment,
        by=cast.manager,
        question_id="E-1",
        name="proof.pdf",
        content=io.BytesIO(ONE_PAGE),
    )
    answer_all(assignment, cast.manager)
    with pytest.raises(NotFound):
        queries.file_of_answer(cast.officer, kept.pk)
    actions.submit(assignment, by=cast.manager, accept_unanswered=True)
    assert queries.file_of_answer(cast.officer, kept.pk) == kept
    with pytest.raises(NotFound):
        queries.file_of_answer(cast.outsider, kept.pk)


def test_finding_is_planned_done_sent_back_and_verified(cast: Cast) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    finding = actions.raise_finding(
        assignment, by=cast.officer, question_id="E-1", title="No key policy"
    )
    action = actions.plan_action(
        finding,
        by=cast.manager,
        text="Write it",
        due_on=date(2026, 7, 1),
        owner_id=cast.lead.user_id,
    )
    with pytest.raises(NotAllowed):
        actions.verify_action(action, by=cast.manager, note="")
    with pytest.raises(Conflict):
        actions.verify_action(action, by=cast.officer, note="")
    actions.complete_action(
        action, by=cast.manager, note="Done", name="p.pdf", content=io.BytesIO(ONE_PAGE)
    )
    actions.reopen_action(action, by=cast.officer, note="Page 2 is missing")
    assert queries.finding(cast.manager, finding.pk).state == FindingState.OPEN
    actions.complete_action(action, by=cast.manager, note="Now")
    actions.verify_action(action, by=cast.officer, note="Good")
    assert queries.finding(cast.officer, finding.pk).state == FindingState.VERIFIED
    with pytest.raises(NotFound):
        queries.finding(cast.outsider, finding.pk)


def test_dossier_holds_no_internal_note(cast: Cast) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    actions.add_note(
        assignment, by=cast.officer, question_id="E-1", text="CANARY-of-the-client"
    )
    dossier = actions.request_dossier(assignment, by=cast.officer)
    assert "CANARY" not in str(dossier.statement)
    assert dossier.statement["sections"][0]["questions"][0]["decision"] == ""
    made = actions.render_dossier(dossier.pk)
    assert made.file is not None
    assert made.file.media_type == "application/pdf"
    assert actions.render_dossier(dossier.pk).file_id == made.file_id


def test_withdrawn_assignment_takes_no_answer(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    with pytest.raises(Invalid):
        actions.withdraw(assignment, by=cast.officer, reason=" ")
    actions.withdraw(assignment, by=cast.officer, reason="Wrong vendor")
    told = Notification.objects.filter(kind="questionnaire.withdrawn")
    assert cast.manager.user_id in {row.recipient_id for row in told}
    assert {row.organization for row in told} == {cast.vendor}
    with pytest.raises(rules.WrongState):
        answer_all(assignment, cast.manager)
