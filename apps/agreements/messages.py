"""Kinds of messages: what the other party did to an agreement or a draft."""

from apps.notifications.registry import Message

AGREEMENT_RECORDED = Message(
    kind="agreement.recorded",
    subject="BAA recorded: {title}",
    template="emails/agreement_recorded.txt",
    line="{party} recorded the BAA “{title}”, in force from {effective_on}.",
)
AGREEMENT_AMENDED = Message(
    kind="agreement.amended",
    subject="BAA amended: {title}",
    template="emails/agreement_amended.txt",
    line="{party} recorded version {number} of the BAA “{title}”, in force from "
    "{effective_on}.",
)
AGREEMENT_TERMINATED = Message(
    kind="agreement.terminated",
    subject="BAA terminated: {title}",
    template="emails/agreement_terminated.txt",
    line="{party} terminated the BAA “{title}”; its last day is {terminated_on}.",
)
DRAFT_PROPOSED = Message(
    kind="draft.proposed",
    subject="BAA proposed: {title}",
    template="emails/draft_proposed.txt",
    line="{party} put forward proposal {number} of the BAA “{title}”.",
)
DRAFT_COMMENTED = Message(
    kind="draft.commented",
    subject="Comment on the BAA {title}",
    template="emails/draft_commented.txt",
    line="{party} commented on proposal {number} of the BAA “{title}”.",
)
DRAFT_ACCEPTED = Message(
    kind="draft.accepted",
    subject="BAA accepted: {title}",
    template="emails/draft_accepted.txt",
    line="{party} accepted proposal {number} of the BAA “{title}”. It can be signed.",
)
DRAFT_WITHDRAWN = Message(
    kind="draft.withdrawn",
    subject="BAA withdrawn: {title}",
    template="emails/draft_withdrawn.txt",
    line="{party} withdrew the negotiation of the BAA “{title}”.",
)
DRAFT_SIGNED = Message(
    kind="draft.signed",
    subject="BAA signed by the other side: {title}",
    template="emails/draft_signed.txt",
    line="{party} signed the BAA “{title}”. Your signature is missing.",
)
RENEWAL_STOPPED = Message(
    kind="agreement.renewal_stopped",
    subject="BAA will not renew: {title}",
    template="emails/agreement_renewal_stopped.txt",
    line="{party} recorded notice against the renewal of the BAA “{title}”; it ends "
    "on {expires_on}.",
)
RETURN_ASKED = Message(
    kind="phi_return.asked",
    subject="PHI to be returned or destroyed: {title}",
    template="emails/phi_return_asked.txt",
    line="PHI under the BAA “{title}” is to be returned or destroyed by {due_on}.",
)
RETURN_LIFTED = Message(
    kind="phi_return.lifted",
    subject="PHI need not be returned: {title}",
    template="emails/phi_return_lifted.txt",
    line="A BAA binds again; PHI under the BAA “{title}” need not be returned.",
)
RETURN_STATED = Message(
    kind="phi_return.stated",
    subject="What became of PHI: {title}",
    template="emails/phi_return_stated.txt",
    line="{party} stated what became of PHI under the BAA “{title}”. Accept or "
    "refuse it.",
)
RETURN_ANSWERED = Message(
    kind="phi_return.answered",
    subject="Return of PHI {answer}: {title}",
    template="emails/phi_return_answered.txt",
    line="{party} {answer} what you stated about PHI under the BAA “{title}”.",
)
