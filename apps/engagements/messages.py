"""Kinds of messages: who declared, approved, refused or granted what."""

from apps.notifications.registry import Message

SUBCONTRACT_DECLARED = Message(
    kind="subcontract.declared",
    subject="A subcontract of {engagement} was declared",
    template="emails/subcontract_declared.txt",
    line="{provider} declared a subcontract of {engagement} from {effective_on}.",
)
SUBCONTRACT_APPROVED = Message(
    kind="subcontract.approved",
    subject="A subcontract of {engagement} was approved",
    template="emails/subcontract_approved.txt",
    line="{client} approved a subcontract of {engagement} through {downstream}.",
)
SUBCONTRACT_REFUSED = Message(
    kind="subcontract.refused",
    subject="A subcontract of {engagement} was refused",
    template="emails/subcontract_refused.txt",
    line="{client} refused a subcontract of {engagement} through {downstream}.",
)
ACCESS_GRANTED = Message(
    kind="access.granted",
    subject="You may read the engagement {engagement}",
    template="emails/access_granted.txt",
    line="{granter} lets you read {engagement} from {valid_from} to {valid_until}.",
)
