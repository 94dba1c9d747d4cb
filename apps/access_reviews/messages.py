"""Messages about access reviews and revocations. No name of an agent or account."""

from apps.notifications.registry import Message

REVOCATION_OVERDUE = Message(
    kind="revocation.overdue",
    subject="Access not taken away in time: {system}",
    template="emails/revocation_overdue.txt",
    line="{what} to {system} should have ended by {due}.",
)
CAMPAIGN_OPENED = Message(
    kind="campaign.opened",
    subject="Access review to do: {campaign}",
    template="emails/campaign_opened.txt",
    line="{campaign}: {items} lines wait for your review, due {due}.",
)
CAMPAIGN_CLOSED = Message(
    kind="campaign.closed",
    subject="Access review waits for sign-off: {campaign}",
    template="emails/campaign_closed.txt",
    line="{campaign} is decided and waits for a sign-off.",
)
ITEMS_ESCALATED = Message(
    kind="access_items.escalated",
    subject="Escalated in an access review: {campaign}",
    template="emails/access_items_escalated.txt",
    line="{items} lines of {campaign} were escalated and wait for another person.",
)
REVOCATIONS_OPENED = Message(
    kind="revocations.opened",
    subject="Access to take away: {system}",
    template="emails/revocations_opened.txt",
    line="{count} accesses to {system} are to end by {due}.",
)
