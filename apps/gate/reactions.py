"""Whatever may move a verdict has it judged again."""

from __future__ import annotations

from apps.access_reviews import trail as access_reviews
from apps.agreements import trail as agreements
from apps.assurance import trail as assurance
from apps.audit.subscriptions import Recorded, subscribe
from apps.drift import trail as drift
from apps.engagements import trail as engagements
from apps.evidence import trail as evidence
from apps.gate import tasks
from apps.incidents import trail as incidents
from apps.questionnaires import trail as questionnaires
from apps.training import trail as training
from apps.workforce import trail as workforce


@subscribe(
    engagements.ENGAGEMENT_CREATED,
    engagements.SCOPE_DECLARED,
    engagements.SUBCONTRACT_DECLARED,
    engagements.SUBCONTRACT_APPROVED,
    engagements.SUBCONTRACT_REFUSED,
    engagements.SUBCONTRACT_ENDED,
    engagements.ENGAGEMENT_ENDED,
    agreements.AGREEMENT_RECORDED,
    agreements.AGREEMENT_AMENDED,
    agreements.AGREEMENT_TERMINATED,
    workforce.ASSIGNMENTS_CHANGED,
    training.REQUIREMENT_ADDED,
    training.REQUIREMENT_ENDED,
    drift.DRIFT_DETECTED,
    drift.DRIFT_RESOLVED,
    drift.DRIFT_ACCEPTED,
    drift.DRIFT_ACCEPTANCE_REQUESTED,
    incidents.INCIDENT_SHARED,
    incidents.CLOCKS_COMPUTED,
    incidents.NOTICE_RECORDED,
    incidents.INCIDENT_CLOSED,
)
def judge_engagement(recorded: Recorded) -> None:
    """One engagement, and those above it, are concerned."""
    if recorded.engagement_id is not None:
        tasks.decide.delay(str(recorded.engagement_id))


@subscribe(
    workforce.AGENTS_PUSHED,
    workforce.ROSTER_IMPORTED,
    workforce.SITE_ATTESTED,
    training.COURSE_VERSION_ADDED,
    training.TRAINING_IMPORTED,
    training.RECORD_ADDED,
    training.RECORD_CORRECTED,
    training.RECORD_WITHDRAWN,
    training.EQUIVALENCE_ACCEPTED,
    training.EQUIVALENCE_ENDED,
    access_reviews.REVOCATIONS_OPENED,
    access_reviews.REVOCATIONS_OVERDUE,
    access_reviews.REVOCATIONS_LAPSED,
    access_reviews.REVOCATION_DONE,
    access_reviews.REVOCATION_WITHDRAWN,
    access_reviews.REVOCATIONS_VERIFIED,
    access_reviews.REVOCATIONS_REOPENED,
    assurance.ACTIVITY_STARTED,
    assurance.ACTIVITY_DONE,
    assurance.ACTIVITY_ENDED,
    assurance.CERTIFICATE_RECORDED,
    assurance.CERTIFICATE_WITHDRAWN,
    assurance.LETTER_ADDED,
    assurance.DOCUMENT_SHARED,
    assurance.DOCUMENT_UNSHARED,
    evidence.FILE_QUARANTINED,
    evidence.FILE_RELEASED,
)
def judge_organization(recorded: Recorded) -> None:
    """Every engagement of the organization may be concerned."""
    if recorded.organization_id is not None:
        tasks.decide_organization.delay(str(recorded.organization_id))


@subscribe(
    questionnaires.QUESTIONNAIRE_ASSIGNED,
    questionnaires.QUESTIONNAIRE_WITHDRAWN,
    questionnaires.QUESTIONNAIRE_SUBMITTED,
    questionnaires.QUESTIONNAIRE_CLOSED,
    questionnaires.DUE_MOVED,
    questionnaires.ACTION_PLANNED,
    questionnaires.ACTION_DONE,
    questionnaires.ACTION_REOPENED,
)
def judge_what_was_asked_about(recorded: Recorded) -> None:
    """One engagement, or every one between the parties of a vendor-wide round."""
    tasks.decide_asked_about.delay(str(recorded.object_id))
