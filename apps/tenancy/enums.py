"""Kinds of organizations, roles, permissions, and which role holds which."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class OrganizationKind(models.TextChoices):
    """What a legal party is first of all; it may play several parts."""

    COVERED_ENTITY = "covered_entity", "Covered entity"
    VENDOR = "vendor", "Vendor"
    AUDIT_FIRM = "audit_firm", "Audit firm"
    OPERATOR = "operator", "Portal operator"


class Role(models.TextChoices):
    """Roles of a membership. Source: our own role model, security reference 3.2."""

    PLATFORM_ADMIN = "platform_admin", "Platform administrator"
    COMPLIANCE_MANAGER = "compliance_manager", "Compliance manager"
    COMPLIANCE_ANALYST = "compliance_analyst", "Compliance analyst"
    COMPLIANCE_READER = "compliance_reader", "Compliance reader"
    VENDOR_MANAGER = "vendor_manager", "Vendor manager"
    TEAM_LEAD = "team_lead", "Team lead"
    AUDITOR = "auditor", "Auditor"


class Permission(StrEnum):
    """What an action or a page asks for. Alphabetical; ``<room>.<verb>``."""

    ACCESS_IMPORT = "access.import"
    ACCESS_REVIEW = "access.review"
    ACCESS_SIGN_OFF = "access.sign_off"
    ACCESS_VIEW = "access.view"
    AGREEMENTS_EDIT = "agreements.edit"
    AGREEMENTS_SIGN = "agreements.sign"
    AGREEMENTS_VIEW = "agreements.view"
    ASSURANCE_EDIT = "assurance.edit"
    ASSURANCE_VIEW = "assurance.view"
    AUDIT_VIEW = "audit.view"
    DRIFT_DECIDE = "drift.decide"
    DRIFT_VIEW = "drift.view"
    ENGAGEMENTS_EDIT = "engagements.edit"
    ENGAGEMENTS_GRANT = "engagements.grant"
    ENGAGEMENTS_VIEW = "engagements.view"
    EVIDENCE_ADD = "evidence.add"
    EVIDENCE_VIEW = "evidence.view"
    GATE_OVERRIDE = "gate.override"
    INCIDENTS_ASSESS = "incidents.assess"
    INCIDENTS_DETERMINE = "incidents.determine"
    INCIDENTS_REPORT = "incidents.report"
    INCIDENTS_VIEW = "incidents.view"
    MEMBERS_EDIT = "members.edit"
    MEMBERS_VIEW = "members.view"
    QUESTIONNAIRES_ANSWER = "questionnaires.answer"
    QUESTIONNAIRES_ASSIGN = "questionnaires.assign"
    QUESTIONNAIRES_DESIGN = "questionnaires.design"
    QUESTIONNAIRES_REVIEW = "questionnaires.review"
    QUESTIONNAIRES_VIEW = "questionnaires.view"
    REMINDERS_EDIT = "reminders.edit"
    REPORTS_ISSUE = "reports.issue"
    REPORTS_VIEW = "reports.view"
    SUBCONTRACTS_APPROVE = "subcontracts.approve"
    SUBCONTRACTS_DECLARE = "subcontracts.declare"
    TRAINING_EDIT = "training.edit"
    TRAINING_IMPORT = "training.import"
    TRAINING_REQUIRE = "training.require"
    TRAINING_VIEW = "training.view"
    WORKFORCE_EDIT = "workforce.edit"
    WORKFORCE_IMPORT = "workforce.import"
    WORKFORCE_VIEW = "workforce.view"


_P = Permission
_READER = frozenset(
    {
        _P.AGREEMENTS_VIEW,
        _P.ASSURANCE_VIEW,
        _P.DRIFT_VIEW,
        _P.ENGAGEMENTS_VIEW,
        _P.INCIDENTS_VIEW,
        _P.QUESTIONNAIRES_VIEW,
        _P.REPORTS_VIEW,
        _P.TRAINING_VIEW,
    }
)
_ANALYST = _READER | {
    _P.ACCESS_VIEW,
    _P.AGREEMENTS_EDIT,
    _P.ENGAGEMENTS_EDIT,
    _P.EVIDENCE_ADD,
    _P.EVIDENCE_VIEW,
    _P.INCIDENTS_ASSESS,
    _P.MEMBERS_VIEW,
    _P.QUESTIONNAIRES_ASSIGN,
    _P.QUESTIONNAIRES_REVIEW,
    _P.TRAINING_REQUIRE,
}
_MANAGER = _ANALYST | {
    _P.ACCESS_IMPORT,
    _P.ACCESS_REVIEW,
    _P.ACCESS_SIGN_OFF,
    _P.AGREEMENTS_SIGN,
    _P.ASSURANCE_EDIT,
    _P.AUDIT_VIEW,
    _P.DRIFT_DECIDE,
    _P.ENGAGEMENTS_GRANT,
    _P.GATE_OVERRIDE,
    _P.INCIDENTS_DETERMINE,
    _P.INCIDENTS_REPORT,
    _P.MEMBERS_EDIT,
    _P.QUESTIONNAIRES_DESIGN,
    _P.REMINDERS_EDIT,
    _P.REPORTS_ISSUE,
    _P.SUBCONTRACTS_APPROVE,
}
_VENDOR_MANAGER = _READER | {
    _P.ACCESS_IMPORT,
    _P.ACCESS_REVIEW,
    _P.ACCESS_SIGN_OFF,
    _P.ACCESS_VIEW,
    _P.AGREEMENTS_EDIT,
    _P.AGREEMENTS_SIGN,
    _P.ASSURANCE_EDIT,
    _P.AUDIT_VIEW,
    _P.DRIFT_DECIDE,
    _P.ENGAGEMENTS_EDIT,
    _P.ENGAGEMENTS_GRANT,
    _P.EVIDENCE_ADD,
    _P.EVIDENCE_VIEW,
    _P.GATE_OVERRIDE,
    _P.INCIDENTS_ASSESS,
    _P.INCIDENTS_DETERMINE,
    _P.INCIDENTS_REPORT,
    _P.MEMBERS_EDIT,
    _P.MEMBERS_VIEW,
    _P.QUESTIONNAIRES_ANSWER,
    _P.QUESTIONNAIRES_ASSIGN,
    _P.QUESTIONNAIRES_DESIGN,
    _P.QUESTIONNAIRES_REVIEW,
    _P.REMINDERS_EDIT,
    _P.REPORTS_ISSUE,
    _P.SUBCONTRACTS_APPROVE,
    _P.SUBCONTRACTS_DECLARE,
    _P.TRAINING_EDIT,
    _P.TRAINING_IMPORT,
    _P.TRAINING_REQUIRE,
    _P.WORKFORCE_EDIT,
    _P.WORKFORCE_IMPORT,
    _P.WORKFORCE_VIEW,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PLATFORM_ADMIN: frozenset(),
    Role.COMPLIANCE_MANAGER: _MANAGER,
    Role.COMPLIANCE_ANALYST: _ANALYST,
    Role.COMPLIANCE_READER: _READER,
    Role.VENDOR_MANAGER: _VENDOR_MANAGER,
    Role.TEAM_LEAD: frozenset(
        {
            _P.ACCESS_REVIEW,
            _P.ENGAGEMENTS_VIEW,
            # Own proof only: reading the library stays with managers.
            _P.EVIDENCE_ADD,
            _P.INCIDENTS_REPORT,
            _P.INCIDENTS_VIEW,
            _P.QUESTIONNAIRES_ANSWER,
            _P.QUESTIONNAIRES_VIEW,
            _P.TRAINING_VIEW,
            _P.WORKFORCE_VIEW,
        }
    ),
    Role.AUDITOR: _READER | {_P.EVIDENCE_VIEW},
}

ROLE_SENTENCES: dict[Role, str] = {
    Role.PLATFORM_ADMIN: "Runs the portal; sees no organization's content.",
    Role.COMPLIANCE_MANAGER: "Vets vendors, approves, signs, issues attestations.",
    Role.COMPLIANCE_ANALYST: "Works on vendors and evidence; approves nothing.",
    Role.COMPLIANCE_READER: "Reads verdicts and counts; no names of agents.",
    Role.VENDOR_MANAGER: "Keeps roster, training and agreements of the vendor.",
    Role.TEAM_LEAD: "Reads the roster and training of the vendor's agents.",
    Role.AUDITOR: "Reads what a time-boxed grant covers, and nothing else.",
}

# Roles an organization of each kind may give to its people.
ROLES_BY_KIND: dict[OrganizationKind, tuple[Role, ...]] = {
    OrganizationKind.COVERED_ENTITY: (
        Role.COMPLIANCE_MANAGER,
        Role.COMPLIANCE_ANALYST,
        Role.COMPLIANCE_READER,
    ),
    OrganizationKind.VENDOR: (Role.VENDOR_MANAGER, Role.TEAM_LEAD),
    OrganizationKind.AUDIT_FIRM: (Role.AUDITOR,),
    OrganizationKind.OPERATOR: (Role.PLATFORM_ADMIN,),
}
