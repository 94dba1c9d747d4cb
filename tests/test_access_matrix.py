"""Every URL, asked by nobody, a stranger, the wrong role and the right one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.core import clock
from apps.engagements.models import EngagementGrant
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership
from apps.training.models import TrainingImport
from apps.workforce.models import RosterImport
from tests.conftest import NOON, Cast, make_cast, sign_in
from tests.factories.access_reviews import (
    make_campaign,
    make_log_audit,
    make_reviewer_rule,
    make_revocation,
    make_snapshot,
    make_system,
)
from tests.factories.access_reviews import make_grant as make_access_grant
from tests.factories.accounts import make_invitation
from tests.factories.agreements import make_baa
from tests.factories.assurance import (
    make_activity,
    make_activity_record,
    make_certificate,
    make_evidence_request,
    make_letter,
    make_policy,
    make_request_answer,
    make_share,
)
from tests.factories.drafts import make_signable, make_signed_draft, make_statement
from tests.factories.drift import make_finding
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_registration,
    make_scope,
    make_subcontract,
)
from tests.factories.evidence import make_attachment, make_stored_file
from tests.factories.gate import make_decision, make_override
from tests.factories.incidents import make_case_objects
from tests.factories.notifications import make_notification
from tests.factories.questionnaires import make_world as make_questionnaires
from tests.factories.reminders import make_due_item, make_sent
from tests.factories.reports import make_attestation
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.training import (
    make_certification,
    make_course,
    make_requirement,
    make_training_objects,
)
from tests.factories.workforce import make_agent, make_assignment, make_site

# Pages of a library that serves signed-in people and nobody alike, or that are off.
ELSEWHERE = {
    "account_": "django-allauth; tests/accounts walks sign-in and password reset",
    "mfa_": "django-allauth; every page asks for a fresh sign-in of its own",
    "components": "only where PORTAL_LOCAL or PORTAL_DEBUG is set; holds no data",
}


@dataclass(frozen=True)
class Row:
    """What a URL answers the right person, and who that is.

    ``about`` names the object of the URL in the world, "" for pages of the own
    organization; ``wrong`` is a member of the same organization without the
    permission, "" where every role has it.
    """

    name: str
    about: str
    right: str
    wrong: str = ""
    status: int = 200
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)
    argument: str = "pk"


R = Row
# fmt: off
# ruff: noqa: E501 - one URL, one line
MATRIX = [
    R("portal:home", "", "reader"),
    R("portal:search", "", "reader"),
    R("portal:vendors", "", "reader"),
    R("portal:vendor", "vendor", "reader"),
    R("tenancy:switch", "own_membership", "officer", method="post", status=302),
    R("audit:trail", "", "officer", "reader"),
    R("accounts:members", "", "officer", "reader"),
    R("accounts:invite", "", "officer", "analyst"),
    R("accounts:invite_to", "new_vendor", "officer", "analyst", argument="organization_pk"),
    R("accounts:member_end", "membership", "officer", "analyst"),
    R("accounts:member_role", "membership", "officer", "analyst"),
    R("accounts:withdraw", "invitation", "officer", "analyst", method="post", status=302),
    R("evidence:file", "file", "analyst", "reader"),
    R("notifications:inbox", "", "reader"),
    R("notifications:why", "notification", "officer"),
    R("notifications:read", "notification", "officer", method="post", status=302),
    R("notifications:read_all", "", "officer", method="post", status=302),
    R("engagements:list", "", "reader"),
    R("engagements:create", "", "analyst", "reader"),
    R("engagements:register_vendor", "", "analyst", "reader"),
    R("engagements:detail", "engagement", "reader"),
    R("engagements:legal_agency", "engagement", "analyst", "reader"),
    R("engagements:declare_scope", "engagement", "analyst", "reader"),
    R("engagements:declare_subcontract", "engagement", "manager", "lead"),
    R("engagements:subcontract_approve", "edge", "officer", "analyst"),
    R("engagements:subcontract_refuse", "edge", "officer", "analyst"),
    R("engagements:subcontract_end", "edge", "manager", "lead"),
    R("engagements:end", "engagement", "analyst", "reader"),
    R("engagements:grants", "engagement", "officer", "analyst"),
    R("engagements:grant_create", "engagement", "officer", "analyst"),
    R("engagements:grant_revoke", "grant", "officer", "analyst"),
    R("workforce:roster", "", "lead"),
    R("workforce:roster_export", "", "lead"),
    R("workforce:agent", "agent", "lead"),
    R("workforce:sites", "", "lead"),
    R("workforce:site_create", "", "manager", "lead"),
    R("workforce:site", "site", "lead"),
    R("workforce:site_attest", "site", "manager", "lead"),
    R("workforce:assign", "", "manager", "lead"),
    R("workforce:unassign", "", "manager", "lead"),
    R("workforce:imports", "", "manager", "lead"),
    R("workforce:upload", "", "manager", "lead"),
    R("workforce:import", "roster_import", "manager", "lead"),
    R("workforce:import_status", "roster_import", "manager", "lead", status=204),
    R("workforce:import_confirm", "roster_import", "manager", "lead", method="post", status=422),
    R("workforce:import_columns", "roster_import", "manager", "lead", method="post", status=422),
    R("workforce:import_problems", "roster_import", "manager", "lead"),
    R("workforce:import_leavers", "roster_import", "manager", "lead"),
    R("agreements:list", "", "reader"),
    R("agreements:engagement", "engagement", "reader", argument="engagement_pk"),
    R("agreements:chain", "engagement", "reader", argument="engagement_pk"),
    R("agreements:chain_pdf", "engagement", "reader", argument="engagement_pk"),
    R("agreements:document", "version", "analyst", "reader"),
    R("agreements:record", "engagement", "analyst", "reader", argument="engagement_pk"),
    R("agreements:detail", "agreement", "reader"),
    R("agreements:amend", "agreement", "analyst", "reader"),
    R("agreements:terminate", "agreement", "analyst", "reader"),
    R("agreements:version", "version", "reader"),
    R("agreements:renew", "agreement", "analyst", "reader"),
    R("agreements:redraft", "agreement", "analyst", "reader"),
    R("agreements:stop_renewal", "agreement", "analyst", "reader"),
    R("agreements:return", "ended_agreement", "reader"),
    R("agreements:return_state", "ended_agreement", "manager", "lead"),
    R("agreements:return_answer", "ended_agreement", "officer", "analyst"),
    R("agreements:disposal_certificate", "statement", "analyst", "reader"),
    R("agreements:drafts", "", "reader"),
    R("agreements:draft_open", "engagement", "analyst", "reader", argument="engagement_pk"),
    R("agreements:draft_open_upload", "engagement", "analyst", "reader", argument="engagement_pk"),
    R("agreements:draft", "draft", "reader"),
    R("agreements:draft_status", "draft", "reader"),
    R("agreements:draft_compare", "draft", "reader"),
    R("agreements:draft_propose", "draft", "analyst", "reader"),
    R("agreements:draft_propose_upload", "draft", "analyst", "reader"),
    R("agreements:draft_withdraw", "draft", "analyst", "reader"),
    R("agreements:certificate", "signed_draft", "analyst", "reader"),
    R("agreements:draft_document", "proposal", "analyst", "reader"),
    R("agreements:draft_comment", "proposal", "analyst", "reader"),
    R("agreements:draft_accept", "proposal", "analyst", "reader"),
    R("agreements:draft_paper", "proposal", "analyst", "reader"),
    R("agreements:draft_sign", "proposal", "officer", "analyst"),
    R("agreements:what_if", "agreement", "reader"),
    R("training:courses", "", "manager", ""),
    R("training:course_create", "", "manager", "lead"),
    R("training:course", "course", "manager"),
    R("training:version_create", "course", "manager", "lead"),
    R("training:equivalence_create", "course", "manager", "lead"),
    R("training:equivalence_end", "equivalence", "manager", "lead"),
    R("training:agent", "agent", "lead"),
    R("training:record_create", "agent", "manager", "lead"),
    R("training:agent_hold", "agent", "manager", "lead"),
    R("training:record", "record", "lead"),
    R("training:withdraw", "record", "manager", "lead"),
    R("training:certificates", "", "manager", "lead"),
    R("training:certificate_upload", "certificate_upload", "manager", "lead"),
    R("training:certificate_status", "certificate_upload", "manager", "lead"),
    R("training:keeping", "", "manager", "lead"),
    R("training:hold", "", "manager", "lead"),
    R("training:hold_release", "training_hold", "manager", "lead"),
    R("training:destroy", "", "manager", "lead"),
    R("training:correct", "record", "manager", "lead"),
    R("training:engagement", "engagement", "reader", argument="engagement_pk"),
    R("training:export", "engagement", "officer", "reader", argument="engagement_pk"),
    R("training:export_xlsx", "engagement", "officer", "reader", argument="engagement_pk"),
    R("training:uncleared_everywhere", "", "officer", "reader"),
    R("training:uncleared_export", "", "officer", "reader"),
    R("training:uncleared_export_xlsx", "", "officer", "reader"),
    R("training:require", "engagement", "manager", "lead", argument="engagement_pk"),
    R("training:uncleared", "engagement", "reader", argument="engagement_pk"),
    R("training:requirement_change", "requirement", "manager", "lead"),
    R("training:requirement_end", "requirement", "manager", "lead"),
    R("training:imports", "", "manager", "lead"),
    R("training:upload", "", "manager", "lead"),
    R("training:import", "training_import", "manager", "lead"),
    R("training:import_status", "training_import", "manager", "lead", status=204),
    R("training:import_confirm", "training_import", "manager", "lead", method="post", status=422),
    R("training:import_columns", "training_import", "manager", "lead", method="post", status=422),
    R("training:import_courses", "training_import", "manager", "lead", method="post", status=422),
    R("training:import_problems", "training_import", "manager", "lead"),
    R("access_reviews:systems", "", "analyst", "reader"),
    R("access_reviews:system_create", "", "manager", "lead"),
    R("access_reviews:system", "system", "manager", "lead"),
    R("access_reviews:system_change", "system", "manager", "lead"),
    R("access_reviews:accounts_export", "system", "manager", "lead"),
    R("access_reviews:upload", "system", "manager", "lead"),
    R("access_reviews:role", "access_role", "manager", "lead"),
    R("access_reviews:account", "account", "manager", "lead"),
    R("access_reviews:policy", "", "officer", "analyst"),
    R("access_reviews:imports", "", "analyst", "reader"),
    R("access_reviews:import", "snapshot", "manager", "lead"),
    R("access_reviews:import_status", "snapshot", "manager", "lead", status=204),
    R("access_reviews:import_confirm", "snapshot", "manager", "lead", method="post", status=422),
    R("access_reviews:import_columns", "snapshot", "manager", "lead", method="post", status=422),
    R("access_reviews:import_problems", "snapshot", "manager", "lead"),
    R("access_reviews:campaigns", "", "lead"),
    R("access_reviews:campaign_create", "", "manager", "lead"),
    R("access_reviews:campaign", "campaign", "manager"),
    R("access_reviews:campaign_bulk", "campaign", "manager", method="post", status=422),
    R("access_reviews:campaign_delegate", "campaign", "manager", "lead"),
    R("access_reviews:campaign_close", "campaign", "manager", "lead", method="post", status=422),
    R("access_reviews:campaign_sign_off", "campaign", "manager", "lead", method="post", status=422),
    R("access_reviews:campaign_cancel", "campaign", "manager", "lead"),
    R("access_reviews:campaign_document", "campaign", "manager", "lead", status=409),
    R("access_reviews:item", "item", "manager"),
    R("access_reviews:revocations", "", "analyst", "reader"),
    R("access_reviews:revocation", "revocation", "manager", "lead"),
    R("access_reviews:revocation_withdraw", "revocation", "manager", "lead"),
    R("access_reviews:compare", "", "analyst", "reader"),
    R("access_reviews:reviewers", "", "manager", "lead"),
    R("access_reviews:reviewer_rule_end", "reviewer_rule", "manager", "lead"),
    R("access_reviews:logs", "", "analyst", "reader"),
    R("access_reviews:log_upload", "", "manager", "lead"),
    R("access_reviews:log", "log_audit", "manager", "lead"),
    R("access_reviews:log_status", "log_audit", "manager", "lead", status=204),
    R("access_reviews:log_rows", "log_audit", "manager", "lead"),
    R("access_reviews:log_report", "log_audit", "manager", "lead"),
    R("portal:log_record", "log_audit", "manager", "lead"),
    R("access_reviews:engagement", "engagement", "analyst", "reader", argument="engagement_pk"),
    R("questionnaires:list", "", "reader"),
    R("questionnaires:library", "", "manager", "reader"),
    R("questionnaires:token", "", "manager", "reader"),
    R("questionnaires:engagement", "engagement", "reader", argument="engagement_pk"),
    R("questionnaires:assign", "engagement", "analyst", "reader", argument="engagement_pk"),
    R("questionnaires:assign_vendor", "vendor", "analyst", "reader"),
    R("questionnaires:findings", "", "reader"),
    R("questionnaires:finding", "questionnaire_finding", "reader"),
    R("questionnaires:plan", "questionnaire_finding", "manager", "reader"),
    R("questionnaires:action_done", "questionnaire_action", "manager", "reader"),
    R("questionnaires:action_verify", "questionnaire_action", "analyst", "reader"),
    R("questionnaires:action_file", "questionnaire_action", "reader"),
    R("questionnaires:file", "answer_file", "lead"),
    R("questionnaires:file_remove", "answer_file", "manager", "reader", method="post", status=302),
    R("questionnaires:dossier", "dossier", "officer", status=409),
    R("questionnaires:templates", "", "reader"),
    R("questionnaires:template_create", "", "officer", "analyst"),
    R("questionnaires:template_import", "", "officer", "analyst"),
    R("questionnaires:version", "questionnaire_draft", "reader"),
    R("questionnaires:draft", "questionnaire_draft", "officer", "analyst", method="post", status=422),
    R("questionnaires:publish", "questionnaire_draft", "officer", "analyst", method="post", status=422),
    R("questionnaires:question", "questionnaire_draft", "officer", "analyst"),
    R("questionnaires:question_remove", "questionnaire_draft", "officer", "analyst", method="post", status=422),
    R("questionnaires:question_move", "questionnaire_draft", "officer", "analyst", method="post", status=422),
    R("questionnaires:section_move", "questionnaire_draft", "officer", "analyst", method="post", status=422),
    R("questionnaires:section_remove", "questionnaire_draft", "officer", "analyst", method="post", status=422),
    R("questionnaires:section", "questionnaire_draft", "officer", "analyst"),
    R("questionnaires:detail", "questionnaire", "reader"),
    R("questionnaires:open", "questionnaire", "reader", status=302),
    R("questionnaires:move_due", "questionnaire", "analyst", "reader"),
    R("questionnaires:withdraw", "questionnaire", "analyst", "reader"),
    R("questionnaires:sheet", "questionnaire", "lead", "reader"),
    R("questionnaires:answer", "questionnaire", "lead", "reader", method="post", status=422),
    R("questionnaires:attach", "questionnaire", "lead", "reader", method="post", status=422),
    R("questionnaires:comment", "questionnaire", "lead", method="post", status=422),
    R("questionnaires:delegate", "questionnaire", "manager", "reader", method="post", status=422),
    R("questionnaires:take_back", "questionnaire", "manager", "reader", method="post", status=422),
    R("questionnaires:confirm", "questionnaire", "manager", "reader", method="post", status=422),
    R("questionnaires:submit", "questionnaire", "manager", "reader"),
    R("questionnaires:reuse", "questionnaire", "manager", "reader"),
    R("questionnaires:table", "questionnaire", "lead", "reader"),
    R("questionnaires:table_upload", "questionnaire", "manager", "reader"),
    R("questionnaires:review", "handed_in", "reader"),
    R("questionnaires:decide", "handed_in", "analyst", "reader", method="post", status=422),
    R("questionnaires:accept_unchanged", "handed_in", "analyst", "reader", method="post", status=302),
    R("questionnaires:note", "handed_in", "analyst", "reader", method="post", status=422),
    R("questionnaires:return", "handed_in", "analyst", "reader", method="post", status=422),
    R("questionnaires:close", "handed_in", "analyst", "reader"),
    R("questionnaires:finding_create", "handed_in", "analyst", "reader"),
    R("questionnaires:dossier_request", "handed_in", "reader", method="post", status=302),
    R("drift:list", "", "reader"),
    R("drift:engagement", "engagement", "reader", argument="engagement_pk"),
    R("drift:detail", "finding", "reader"),
    R("drift:acknowledge", "finding", "officer", "analyst", method="post", status=422),
    R("drift:request_acceptance", "finding", "officer", "analyst", method="post", status=422),
    R("drift:accept", "finding", "officer", "analyst", method="post", status=422),
    R("incidents:list", "", "reader"),
    R("incidents:report", "", "lead"),
    R("incidents:contacts", "", "officer", "analyst"),
    R("incidents:contact_end", "contact", "officer", "analyst", method="post", status=302),
    R("incidents:register", "", "analyst", "reader"),
    R("incidents:matches", "", "analyst", "reader"),
    R("incidents:match", "register_entry", "analyst", "reader", method="post", status=422),
    R("incidents:register_import", "register_import", "analyst", "reader"),
    R("incidents:log", "year", "analyst", "reader", argument="year"),
    R("incidents:engagement", "engagement", "reader", argument="engagement_pk"),
    R("incidents:assess_confirm", "assessment", "officer", "analyst"),
    R("incidents:finding_confirm", "determination", "officer", "analyst"),
    R("incidents:task_done", "case_task", "analyst", "reader"),
    R("incidents:task_verify", "case_task", "officer", "analyst"),
    R("incidents:readings", "", "officer", "analyst"),
    R("incidents:letter_new", "incident", "analyst", "reader"),
    R("incidents:letter", "breach_letter", "analyst", "reader"),
    R("incidents:letter_finish", "breach_letter", "analyst", "reader", method="post", status=422),
    R("incidents:letter_pdf", "breach_letter", "analyst", "reader"),
    R("incidents:review", "incident", "analyst", "reader"),
    R("portal:exercise", "incident", "officer", "analyst"),
    R("incidents:file", "case_attachment", "reader"),
    R("incidents:detail", "incident", "reader"),
    R("incidents:case_file", "incident", "reader"),
    R("incidents:share", "incident", "analyst", "reader"),
    R("incidents:relay", "incident", "analyst", "reader"),
    R("incidents:fact", "incident", "analyst", "reader"),
    R("incidents:count", "incident", "analyst", "reader"),
    R("incidents:assess", "incident", "analyst", "reader"),
    R("incidents:finding", "incident", "officer", "analyst"),
    R("incidents:hold", "incident", "analyst", "reader"),
    R("incidents:notice", "incident", "analyst", "reader"),
    R("incidents:entry", "incident", "reader"),
    R("incidents:task", "incident", "analyst", "reader"),
    R("incidents:attach", "incident", "analyst", "reader"),
    R("incidents:exposure", "incident", "officer", "analyst"),
    R("incidents:close", "incident", "officer", "analyst"),
    R("incidents:reopen", "incident", "officer", "analyst"),
    R("api:incidents-list", "", "reader"),
    R("api:incidents-detail", "incident", "reader"),
    R("api:incidents-record", "incident", "reader"),
    R("api:incidents-share", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-facts", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-counts", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-notices", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-relay", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-assess", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-findings", "incident", "officer", "analyst", method="post", status=400),
    R("api:incidents-holds", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-letters", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-tasks", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-entries", "incident", "analyst", method="post", status=400),
    R("api:incidents-reviews", "incident", "analyst", "reader", method="post", status=400),
    R("api:incidents-close", "incident", "officer", "analyst", method="post", status=409),
    R("api:incidents-reopen", "incident", "officer", "analyst", method="post", status=400),
    R("api:incident-assessments-confirm", "assessment", "officer", "analyst", method="post"),
    R("api:incident-findings-confirm", "determination", "officer", "analyst", method="post"),
    R("api:incident-tasks-done", "case_task", "analyst", "reader", method="post", status=400),
    R("api:incident-tasks-verify", "case_task", "officer", "analyst", method="post", status=400),
    R("api:incident-letters-list", "", "analyst", "reader"),
    R("api:incident-letters-detail", "breach_letter", "analyst", "reader"),
    R("api:incident-letters-finish", "breach_letter", "analyst", "reader", method="post", status=400),
    R("api:incident-readings-list", "", "reader"),
    R("api:incident-clocks-list", "", "reader"),
    R("api:incident-clocks-detail", "clock", "reader"),
    R("gate:engagement", "engagement", "reader", argument="engagement_pk"),
    R("gate:history", "engagement", "reader", argument="engagement_pk"),
    R("gate:activity", "engagement", "officer", "reader", argument="engagement_pk"),
    R("gate:override_request", "engagement", "officer", "analyst", argument="engagement_pk"),
    R("gate:override_approve", "override", "officer", "analyst"),
    R("gate:override_withdraw", "override", "officer", "analyst"),
    R("reminders:deadlines", "", "reader"),
    R("reminders:deadlines_csv", "", "reader"),
    R("reminders:policies", "", "officer", "analyst"),
    R("reminders:policy", "kind", "officer", "analyst", argument="kind"),
    R("reminders:sends", "kind", "officer", "analyst", argument="kind"),
    R("reminders:delivery", "", "officer", "analyst"),
    R("reminders:preference", "", "reader"),
    R("reminders:why", "reminder", "officer"),
    R("reports:list", "", "reader"),
    R("reports:workspace", "", "auditor"),
    R("reports:engagement", "engagement", "reader"),
    R("reports:issue", "engagement", "officer", "reader", method="post", status=302, data={"as_of": "2026-06-15"}),
    R("reports:attestation", "attestation", "reader"),
    R("reports:progress", "attestation", "reader"),
    R("reports:retry", "attestation", "officer", "reader", method="post", status=302),
    R("reports:download", "attestation", "reader", status=409),
    R("api:files-list", "", "analyst", "reader"),
    R("api:files-detail", "file", "analyst", "reader"),
    R("api:files-content", "file", "analyst", "reader"),
    R("api:notifications-list", "", "reader"),
    R("api:notifications-detail", "notification", "officer"),
    R("api:notifications-read", "notification", "officer", method="post"),
    R("api:members-list", "", "officer", "reader"),
    R("api:invitations-list", "", "officer", "reader"),
    R("api:vendors-list", "", "reader"),
    R("api:engagements-list", "", "reader"),
    R("api:engagements-detail", "engagement", "reader"),
    R("api:engagements-declare-scope", "engagement", "analyst", "reader", method="post", status=400),
    R("api:engagements-end", "engagement", "analyst", "reader", method="post", status=400),
    R("api:subcontracts-list", "", "reader"),
    R("api:subcontracts-detail", "edge", "reader"),
    R("api:subcontracts-approve", "edge", "officer", "analyst", method="post"),
    R("api:subcontracts-refuse", "edge", "officer", "analyst", method="post", status=400),
    R("api:subcontracts-end", "edge", "manager", "lead", method="post", status=400),
    R("api:grants-list", "", "officer", "analyst"),
    R("api:grants-revoke", "grant", "officer", "analyst", method="post"),
    R("api:sites-list", "", "lead"),
    R("api:sites-detail", "site", "lead"),
    R("api:sites-controls", "site", "lead"),
    R("api:sites-attest", "site", "manager", "lead", method="post", status=400),
    R("api:agents-list", "", "lead"),
    R("api:agents-detail", "agent", "lead"),
    R("api:assignments-list", "", "lead"),
    R("api:assignments-detail", "assignment", "lead"),
    R("api:assignments-end", "assignment", "manager", "lead", method="post", status=400),
    R("api:roster-imports-list", "", "manager", "lead"),
    R("api:roster-imports-detail", "roster_import", "manager", "lead"),
    R("api:roster-imports-confirm", "roster_import", "manager", "lead", method="post", status=409),
    R("api:roster-imports-problems", "roster_import", "manager", "lead"),
    R("api:roster-imports-leavers", "roster_import", "manager", "lead"),
    R("api:roster-imports-columns", "roster_import", "manager", "lead", method="post", status=409),
    R("api:agreements-list", "", "reader"),
    R("api:agreements-detail", "agreement", "reader"),
    R("api:agreements-amend", "agreement", "analyst", "reader", method="post", status=400),
    R("api:agreements-terminate", "agreement", "analyst", "reader", method="post", status=400),
    R("api:agreements-what-if", "agreement", "reader"),
    R("api:agreements-review", "agreement", "reader"),
    R("api:agreements-document", "agreement", "analyst", "reader"),
    R("api:agreements/flow-down-detail", "engagement", "reader"),
    R("api:agreements-renew", "agreement", "analyst", "reader", method="post", status=400),
    R("api:agreements-stop-renewal", "agreement", "analyst", "reader", method="post", status=400),
    R("api:agreements/drafts-list", "", "reader"),
    R("api:agreements/drafts-detail", "draft", "reader"),
    R("api:agreements/drafts-propose", "draft", "analyst", "reader", method="post", status=400),
    R("api:agreements/drafts-comment", "draft", "analyst", "reader", method="post", status=400),
    R("api:agreements/drafts-accept", "draft", "analyst", "reader", method="post", status=400),
    R("api:agreements/drafts-withdraw", "draft", "analyst", "reader", method="post", status=400),
    R("api:agreements/drafts-paper", "draft", "analyst", "reader", method="post", status=400),
    R("api:agreements/drafts-sign", "draft", "officer", "analyst", method="post", status=400),
    R("api:agreements/drafts-document", "draft", "analyst", "reader"),
    R("api:agreements/drafts-certificate", "signed_draft", "analyst", "reader"),
    R("api:agreements/returns-list", "", "reader"),
    R("api:agreements/returns-detail", "obligation", "reader"),
    R("api:agreements/returns-state", "obligation", "manager", "lead", method="post", status=400),
    R("api:agreements/returns-answer", "obligation", "officer", "analyst", method="post", status=400),
    R("api:courses-list", "", "manager", ""),
    R("api:courses-detail", "course", "manager", ""),
    R("api:courses-versions", "course", "manager", "lead", method="post", status=400),
    R("api:requirements-list", "", "reader"),
    R("api:requirements-detail", "requirement", "reader"),
    R("api:requirements-end", "requirement", "manager", "lead", method="post", status=400),
    R("api:requirements-change", "requirement", "manager", "lead", method="post", status=400),
    R("api:coverage-detail", "engagement", "reader"),
    R("api:coverage-trend", "engagement", "reader"),
    R("api:coverage-agents", "engagement", "officer", "reader"),
    R("api:coverage-uncleared", "engagement", "officer", "reader"),
    R("api:course-equivalences-list", "", "manager", ""),
    R("api:course-equivalences-detail", "equivalence", "manager", ""),
    R("api:course-equivalences-end", "equivalence", "manager", "lead", method="post", status=400),
    R("api:training-records-list", "", "lead"),
    R("api:training-records-detail", "record", "lead"),
    R("api:training-records-correct", "record", "manager", "lead", method="post", status=400),
    R("api:training-records-withdraw", "record", "manager", "lead", method="post", status=400),
    R("api:xapi-statements-list", "", "manager", "lead"),
    R("api:xapi-statements-detail", "xapi_statement", "manager", "lead"),
    R("api:training-certificates-list", "", "manager", "lead"),
    R("api:training-certificates-detail", "certificate_upload", "manager", "lead"),
    R("api:training-holds-list", "", "manager", "lead"),
    R("api:training-holds-detail", "training_hold", "manager", "lead"),
    R("api:training-holds-release", "training_hold", "manager", "lead", method="post", status=400),
    R("api:training-destructions-list", "", "manager", "lead"),
    R("api:training-destructions-detail", "destruction", "manager", "lead"),
    R("api:training-destructions-past-retention", "", "manager", "lead"),
    R("api:certifications-list", "", "lead"),
    R("api:certifications-detail", "certification", "lead"),
    R("api:training-imports-list", "", "manager", "lead"),
    R("api:training-imports-detail", "training_import", "manager", "lead"),
    R("api:training-imports-confirm", "training_import", "manager", "lead", method="post", status=409),
    R("api:training-imports-problems", "training_import", "manager", "lead"),
    R("api:systems-list", "", "analyst", "reader"),
    R("api:systems-detail", "system", "manager", "lead"),
    R("api:access-snapshots-list", "", "analyst", "reader"),
    R("api:access-snapshots-detail", "snapshot", "manager", "lead"),
    R("api:access-snapshots-confirm", "snapshot", "manager", "lead", method="post", status=409),
    R("api:access-log-audits-list", "", "analyst", "reader"),
    R("api:access-log-audits-detail", "log_audit", "manager", "lead"),
    R("api:access-log-audits-confirm", "log_audit", "manager", "lead", method="post", status=409),
    R("api:accounts-list", "", "analyst", "reader"),
    R("api:accounts-detail", "account", "manager", "lead"),
    R("api:access-campaigns-list", "", "lead"),
    R("api:access-campaigns-detail", "campaign", "manager"),
    R("api:access-campaigns-decide", "campaign", "manager", method="post", status=400),
    R("api:access-campaigns-delegate", "campaign", "manager", "lead", method="post", status=400),
    R("api:access-campaigns-cancel", "campaign", "manager", "lead", method="post", status=400),
    R("api:access-campaigns-close", "campaign", "manager", "lead", method="post", status=409),
    R("api:access-campaigns-sign-off", "campaign", "manager", "lead", method="post", status=409),
    R("api:access-lines-list", "", "lead"),
    R("api:access-lines-detail", "item", "manager"),
    R("api:access-lines-decide", "item", "manager", method="post", status=400),
    R("api:revocations-list", "", "analyst", "reader"),
    R("api:revocations-detail", "revocation", "manager", "lead"),
    R("api:revocations-withdraw", "revocation", "manager", "lead", method="post", status=400),
    R("api:revocations-confirm", "revocation", "manager", "lead", method="post", status=400),
    R("api:questionnaire-templates-list", "", "reader"),
    R("api:questionnaire-templates-detail", "questionnaire_template", "reader"),
    R("api:questionnaire-versions-detail", "questionnaire_draft", "reader"),
    R("api:questionnaire-versions-draft", "questionnaire_draft", "officer", "analyst", method="post", status=400),
    R("api:questionnaire-versions-content", "questionnaire_draft", "officer", "analyst", method="post", status=400),
    R("api:questionnaire-versions-publish", "questionnaire_draft", "officer", "analyst", method="post", status=400),
    R("api:questionnaires-list", "", "reader"),
    R("api:questionnaires-detail", "questionnaire", "reader"),
    R("api:questionnaires-answer", "questionnaire", "lead", "reader", method="post", status=400),
    R("api:questionnaires-move-due", "questionnaire", "analyst", "reader", method="post", status=400),
    R("api:questionnaires-withdraw", "questionnaire", "analyst", "reader", method="post", status=400),
    R("api:questionnaires-sheet", "questionnaire", "lead", "reader"),
    R("api:questionnaires-table", "questionnaire", "lead", "reader"),
    R("api:questionnaires-read-table", "questionnaire", "lead", "reader", method="post", status=415),
    R("api:questionnaires-attach", "questionnaire", "lead", "reader", method="post", status=400),
    R("api:questionnaires-delegate", "questionnaire", "manager", "reader", method="post", status=400),
    R("api:questionnaires-take-back", "questionnaire", "manager", "reader", method="post", status=400),
    R("api:questionnaires-confirm", "questionnaire", "lead", "reader", method="post", status=400),
    R("api:questionnaires-reuse", "questionnaire", "manager", "reader", method="post", status=400),
    R("api:questionnaires-comment", "questionnaire", "lead", method="post", status=400),
    R("api:questionnaires-review", "handed_in", "reader"),
    R("api:questionnaires-note", "handed_in", "analyst", "reader", method="post", status=400),
    R("api:questionnaires-send-back", "handed_in", "analyst", "reader", method="post", status=422),
    R("api:questionnaires-close", "handed_in", "analyst", "reader", method="post", status=409),
    R("api:questionnaires-raise-finding", "handed_in", "analyst", "reader", method="post", status=400),
    R("api:questionnaires-submit", "questionnaire", "manager", "reader", method="post", status=422),
    R("api:questionnaires-decide", "handed_in", "analyst", "reader", method="post", status=400),
    R("api:questionnaire-findings-list", "", "reader"),
    R("api:questionnaire-findings-detail", "questionnaire_finding", "reader"),
    R("api:questionnaire-findings-plan", "questionnaire_finding", "manager", "reader", method="post", status=400),
    R("api:questionnaires-dossier", "handed_in", "reader", method="post", status=201),
    R("api:questionnaire-dossiers-detail", "dossier", "officer"),
    R("api:questionnaire-dossiers-content", "dossier", "officer", status=409),
    R("api:questionnaire-actions-done", "questionnaire_action", "manager", "reader", method="post", status=400),
    R("api:questionnaire-actions-verify", "questionnaire_action", "analyst", "reader", method="post", status=400),
    R("api:drift-findings-list", "", "reader"),
    R("api:drift-findings-detail", "finding", "reader"),
    R("api:drift-findings-acknowledge", "finding", "officer", "analyst", method="post", status=400),
    R("api:drift-findings-request-acceptance", "finding", "officer", "analyst", method="post", status=400),
    R("api:drift-findings-accept", "finding", "officer", "analyst", method="post", status=409),
    R("api:gate-list", "", "reader"),
    R("api:gate-detail", "engagement", "reader"),
    R("api:gate-decisions-list", "", "reader"),
    R("api:gate-decisions-detail", "decision", "reader"),
    R("api:gate-overrides-list", "", "reader"),
    R("api:gate-overrides-detail", "override", "reader"),
    R("api:gate-overrides-approve", "override", "officer", "analyst", method="post"),
    R("api:gate-overrides-withdraw", "override", "officer", "analyst", method="post"),
    R("api:deadlines-list", "", "reader"),
    R("api:reminder-policies-list", "", "officer", "analyst"),
    R("api:reminder-delivery-list", "", "officer", "analyst"),
    R("api:reminder-preference-list", "", "reader"),
    R("api:reminders-sent-list", "", "officer", "analyst"),
    R("api:attestations-list", "", "reader"),
    R("api:attestations-detail", "attestation", "reader"),
    R("api:attestations-download", "attestation", "reader", status=409),
    R("evidence:library", "", "analyst", "reader"),
    R("evidence:upload", "", "analyst", "reader"),
    R("evidence:detail", "file", "analyst", "reader"),
    R("evidence:attach", "file", "analyst", "reader"),
    R("evidence:hold", "file", "officer", "analyst"),
    R("evidence:hold_release", "file", "officer", "analyst"),
    R("evidence:restrict", "file", "officer", "analyst"),
    R("evidence:destroy", "file", "officer", "analyst"),
    R("evidence:attachment_end", "attachment", "analyst", "reader"),
    R("evidence:attachment_review", "attachment", "analyst", "reader"),
    R("api:attachments-list", "", "analyst", "reader"),
    R("api:attachments-detail", "attachment", "analyst", "reader"),
    R("api:attachments-review", "attachment", "analyst", "reader", method="post", status=400),
    R("api:attachments-end", "attachment", "analyst", "reader", method="post"),
    R("api:files-hold", "file", "officer", "analyst", method="post", status=400),
    R("api:files-release", "file", "officer", "analyst", method="post", status=409),
    R("api:files-restrict", "file", "officer", "analyst", method="post", status=400),
    R("api:files-destroy-bytes", "file", "officer", "analyst", method="post", status=400),
    R("assurance:overview", "", "reader", ""),
    R("assurance:coverage", "", "manager", "lead"),
    R("assurance:calendar", "", "manager", "lead"),
    R("assurance:certificates", "", "reader"),
    R("assurance:policies", "", "reader"),
    R("assurance:requests", "", "manager", "lead"),
    R("assurance:engagement", "engagement", "reader", argument="engagement_pk"),
    R("assurance:request_create", "engagement", "officer", "analyst", argument="engagement_pk"),
    R("assurance:certificate_create", "", "manager", "lead"),
    R("assurance:certificate", "certificate", "reader"),
    R("assurance:certificate_file", "certificate", "analyst", "reader"),
    R("assurance:letter_create", "certificate", "manager", "lead"),
    R("assurance:certificate_withdraw", "certificate", "manager", "lead"),
    R("assurance:certificate_share", "certificate", "manager", "lead"),
    R("assurance:letter_file", "letter", "analyst", "reader"),
    R("assurance:share_end", "share", "manager", "lead"),
    R("assurance:policy_create", "", "manager", "lead"),
    R("assurance:policy", "policy", "reader"),
    R("assurance:policy_version_create", "policy", "manager", "lead"),
    R("assurance:policy_end", "policy", "manager", "lead"),
    R("assurance:policy_share", "policy", "manager", "lead"),
    R("assurance:policy_file", "policy_version", "analyst", "reader"),
    R("assurance:activity_create", "", "manager", "lead"),
    R("assurance:activity", "activity", "reader"),
    R("assurance:activity_done", "activity", "manager", "lead"),
    R("assurance:activity_end", "activity", "manager", "lead"),
    R("assurance:activity_file", "activity_record", "analyst", "reader"),
    R("assurance:request", "evidence_request", "reader"),
    R("assurance:request_answer", "evidence_request", "manager", "lead"),
    R("assurance:request_accept", "evidence_request", "officer", "analyst"),
    R("assurance:request_return", "evidence_request", "officer", "analyst"),
    R("assurance:request_withdraw", "evidence_request", "officer", "analyst"),
    R("assurance:answer_file", "answer", "analyst", "reader"),
    R("api:certificates-list", "", "reader"),
    R("api:certificates-detail", "certificate", "reader"),
    R("api:certificates-share", "certificate", "manager", "lead", method="post", status=400),
    R("api:certificates-letters", "certificate", "manager", "lead", method="post", status=400),
    R("api:certificates-withdraw", "certificate", "manager", "lead", method="post", status=400),
    R("api:policies-versions", "policy", "manager", "lead", method="post", status=400),
    R("api:policies-end", "policy", "manager", "lead", method="post", status=400),
    R("api:policies-share", "policy", "manager", "lead", method="post", status=400),
    R("api:policies-coverage", "", "manager", "lead"),
    R("api:policies-list", "", "reader"),
    R("api:policies-detail", "policy", "reader"),
    R("api:activities-list", "", "reader"),
    R("api:activities-detail", "activity", "reader"),
    R("api:activities-end", "activity", "manager", "lead", method="post", status=400),
    R("api:activities-done", "activity", "manager", "lead", method="post", status=400),
    R("api:evidence-requests-list", "", "reader"),
    R("api:evidence-requests-detail", "evidence_request", "reader"),
    R("api:evidence-requests-accept", "evidence_request", "officer", "analyst", method="post", status=409),
    R("api:evidence-requests-return-answer", "evidence_request", "officer", "analyst", method="post", status=400),
    R("api:evidence-requests-withdraw", "evidence_request", "officer", "analyst", method="post"),
    R("api:evidence-requests-answer", "evidence_request", "manager", "lead", method="post", status=400),
]
# fmt: on
# Nobody has to be signed in: a link is the right, a description holds no data.
OPEN_TO_ALL = {"accounts:accept", "schema", "api_docs"}

STRANGERS = {
    Role.COMPLIANCE_MANAGER: "outsider",
    Role.COMPLIANCE_ANALYST: "outsider",
    Role.COMPLIANCE_READER: "outsider",
    Role.VENDOR_MANAGER: "other_manager",
    Role.TEAM_LEAD: "other_manager",
    Role.AUDITOR: "second_auditor",
}


@dataclass(frozen=True)
class World:
    """The cast, one object of each kind by name, and a second auditor."""

    cast: Cast
    objects: dict[str, Any]
    second_auditor: Actor

    def actor(self, name: str) -> Actor:
        """Somebody of the cast."""
        return (
            self.second_auditor
            if name == "second_auditor"
            else getattr(self.cast, name)
        )

    def url(self, row: Row) -> str:
        """The address of the row's object."""
        if not row.about or row.name == "tenancy:switch":
            return reverse(row.name)
        found = self.objects[row.about]
        return reverse(row.name, kwargs={row.argument: getattr(found, "pk", found)})


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Everything the URLs are about, made once and taken back at the end."""
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("files")},
    }
    with (
        django_db_blocker.unblock(),
        override_settings(STORAGES={**settings.STORAGES, "default": files}),
        clock.held(NOON),
        transaction.atomic(),
    ):
        yield _world(make_cast())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def own_files() -> None:
    """The files of the world serve all tests of this module."""


@pytest.fixture
def undone(world: World) -> Iterator[None]:
    """What a test did to the world is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _world(cast: Cast) -> World:
    engagement = cast.engagement
    make_scope(engagement)
    version = make_baa(engagement, document=make_stored_file(cast.clinic))
    site, agent = make_site(cast.vendor), make_agent(cast.vendor)
    course = make_course(cast.vendor)
    certification = make_certification(agent, course)
    file = make_stored_file(cast.clinic)
    table = make_stored_file(cast.vendor)
    done = {
        "organization": cast.vendor,
        "file": table,
        "uploaded_by": cast.manager.user,
        "file_name": "file.csv",
        "committed_at": engagement.created_at,
    }
    make_grant(engagement, cast.auditor.user)
    objects = {
        "engagement": engagement,
        "vendor": cast.vendor,
        "new_vendor": _vendor_without_members(cast),
        "own_membership": Membership.objects.get(user=cast.officer.user),
        "membership": Membership.objects.get(user=cast.reader.user),
        "invitation": make_invitation(cast.clinic),
        "file": file,
        "attachment": make_attachment(file),
        "notification": make_notification(cast.officer),
        "edge": make_subcontract(engagement, approved_on=None, approved_by=None),
        "grant": EngagementGrant.objects.get(),
        "site": site,
        "agent": agent,
        "assignment": make_assignment(engagement, agent, site=site),
        "version": version,
        "agreement": version.agreement,
        "course": course,
        "record": certification.record,
        "certification": certification,
        "requirement": make_requirement(engagement, course),
        "roster_import": RosterImport.objects.create(**done),
        "training_import": TrainingImport.objects.create(**done),
        **make_training_objects(course, agent, certification.record),
        **_access(cast),
        "finding": make_finding(engagement),
        "decision": make_decision(engagement),
        "year": 2026,
        **make_case_objects(cast),
        "override": make_override(engagement, requested_by=cast.second_officer),
        "kind": "agreement.expires",
        "reminder": make_sent(
            cast.officer, make_due_item(cast.clinic), -7
        ).notification,
        "attestation": make_attestation(
            engagement, by=cast.officer, code="0123456789ABCDEFGHJK"
        ),
    }
    objects |= _drafts_and_endings(cast)
    objects |= _assurance(cast)
    objects |= make_questionnaires(
        engagement, manager=cast.manager, officer=cast.officer
    )
    second = make_actor(cast.audit_firm, Role.AUDITOR, name="Anton Auditor")
    return World(cast, objects, second)


def _access(cast: Cast) -> dict[str, Any]:
    """A system with an account, its export, a review of it and a revocation."""
    grant = make_access_grant(make_system(cast.vendor, cast.engagement))
    campaign = make_campaign(cast.vendor, [grant])
    return {
        "system": grant.account.system,
        "access_role": grant.role,
        "account": grant.account,
        "snapshot": make_snapshot(grant.account.system),
        "reviewer_rule": make_reviewer_rule(cast.manager),
        "log_audit": make_log_audit(grant.account.system),
        "campaign": campaign,
        "item": campaign.items.get(),
        "revocation": make_revocation(grant.account),
    }


def _drafts_and_endings(cast: Cast) -> dict[str, Any]:
    """A negotiation, a signed one with its certificate, and a BAA that ended."""
    proposal = make_signable(cast)
    other = make_engagement(client=cast.clinic, provider=cast.vendor, name="Voice")
    ended = make_baa(other)
    signed = make_signed_draft(cast, ended)
    statement = make_statement(ended.agreement)
    return {
        "draft": proposal.draft,
        "proposal": proposal,
        "signed_draft": signed,
        "ended_agreement": ended.agreement,
        "statement": statement,
        "obligation": statement.obligation,
    }


def _assurance(cast: Cast) -> dict[str, Any]:
    certificate, version = make_certificate(cast.vendor), make_policy(cast.vendor)
    activity = make_activity(cast.vendor, engagement=cast.engagement)
    request = make_evidence_request(cast.engagement)
    make_share(version.policy, cast.clinic)
    return {
        "certificate": certificate,
        "letter": make_letter(certificate),
        "share": make_share(certificate, cast.clinic),
        "policy": version.policy,
        "policy_version": version,
        "activity": activity,
        "activity_record": make_activity_record(activity),
        "evidence_request": request,
        "answer": make_request_answer(request),
    }


def _vendor_without_members(cast: Cast) -> Any:
    vendor = make_organization(name="Newline", registered_by=cast.clinic)
    make_registration(cast.clinic, vendor)
    return vendor


def _names(resolver: URLResolver, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
        else:
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= _names(pattern, space)
    return found


def _ask(client: Client, row: Row, world: World) -> Any:
    answer = _answer(client, row, world)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def _answer(client: Client, row: Row, world: World) -> Any:
    data = dict(row.data)
    if row.about == "own_membership":
        data = {"membership": str(world.objects["own_membership"].pk)}
    if row.name.startswith("api:") and row.method == "post":
        return client.post(world.url(row), data, content_type="application/json")
    return getattr(client, row.method)(world.url(row), data)


def test_every_url_stands_in_the_matrix() -> None:
    known = {row.name for row in MATRIX} | OPEN_TO_ALL
    elsewhere = tuple(ELSEWHERE)
    missing = {
        name
        for name in _names(get_resolver())
        if name not in known and not name.startswith(elsewhere)
    }
    assert missing == set()
    assert known <= _names(get_resolver())


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
@pytest.mark.usefixtures("undone")
def test_access(row: Row, world: World) -> None:
    is_api = row.name.startswith("api:")

    nobody = _ask(Client(), row, world)
    assert nobody.status_code == (401 if is_api else 302)
    if not is_api:
        assert nobody.headers["Location"].startswith("/account/login/")

    right = world.actor(row.right)
    stranger = world.actor(STRANGERS[right.role])
    foreign = _ask(sign_in(stranger), row, world)
    if row.about and row.about not in {"kind", "year"}:
        assert foreign.status_code == 404
    else:
        assert foreign.status_code in {200, 302}
        _assert_tells_nothing(foreign, world)

    if row.wrong:
        refused = _ask(sign_in(world.actor(row.wrong)), row, world)
        assert refused.status_code == 403

    answer = _ask(sign_in(right), row, world)
    assert answer.status_code == row.status


def _assert_tells_nothing(answer: Any, world: World) -> None:
    """Pages of the own organization hold no name of somebody else's."""
    if answer.status_code != 200 or answer.streaming:
        return
    text = answer.content.decode()
    for name in ("Lakeside Clinic", "Careline", "Patient chat"):
        assert name not in text
    for found in world.objects.values():
        if isinstance(getattr(found, "pk", None), UUID):
            assert str(found.pk) not in text


@pytest.mark.usefixtures("undone")
def test_a_grant_opens_what_it_covers_and_nothing_else(world: World) -> None:
    auditor = sign_in(world.cast.auditor)
    engagement = world.cast.engagement.pk
    assert auditor.get(f"/gate/{engagement}/").status_code == 200
    assert auditor.get(f"/agreements/engagement/{engagement}/").status_code == 200
    assert auditor.get(f"/training/engagement/{engagement}/").status_code == 200
    assert auditor.get(f"/engagements/{engagement}/scope/").status_code == 403
    agent = world.objects["agent"].pk
    assert auditor.get(f"/workforce/agents/{agent}/").status_code == 403
