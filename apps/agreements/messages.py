"""Kinds of messages: what the other party did to an agreement."""

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
