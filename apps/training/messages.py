"""Kinds of messages: a client asks a course of the provider's agents."""

from apps.notifications.registry import Message

COURSE_REQUIRED = Message(
    kind="course.required",
    subject="{client} requires training on {engagement}",
    template="emails/course_required.txt",
    line="{client} requires {course} on {engagement} from {effective_on}.",
)
