"""What parties do about certificates, policies, activities, requests."""

from apps.assurance.actions.activities import (
    end_activity,
    record_done,
    start_activity,
)
from apps.assurance.actions.certificates import (
    add_letter,
    record_certificate,
    withdraw_certificate,
)
from apps.assurance.actions.policies import PolicyTerms, adopt_policy, end_policy
from apps.assurance.actions.requests import (
    accept_answer,
    answer_request,
    request_evidence,
    return_answer,
    withdraw_request,
)
from apps.assurance.actions.sharing import end_share, share
from apps.assurance.actions.telling import tell_uploader

__all__ = [
    "PolicyTerms",
    "accept_answer",
    "add_letter",
    "adopt_policy",
    "answer_request",
    "end_activity",
    "end_policy",
    "end_share",
    "record_certificate",
    "record_done",
    "request_evidence",
    "return_answer",
    "share",
    "start_activity",
    "tell_uploader",
    "withdraw_certificate",
    "withdraw_request",
]
