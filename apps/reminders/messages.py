"""Messages about due dates. Dates are written out: a mail is read days later."""

from apps.notifications.registry import Message

REMINDER = Message(
    kind="reminder.due",
    subject="{when}: {title}",
    template="emails/reminder.txt",
    line="{when}: {title}.",
    why="reminders:why",
)
DIGEST = Message(
    kind="reminder.digest",
    subject="{count} deadlines need attention",
    template="emails/reminder_digest.txt",
    line="{count} deadlines need attention, {overdue} of them overdue.",
    why="reminders:why",
)
AGENT_SUBJECT = "Your training at {organization} needs to be renewed"
AGENT_TEMPLATE = "emails/agent_training.txt"
