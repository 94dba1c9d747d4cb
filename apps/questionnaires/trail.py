"""What questionnaires write to the trail."""

from apps.audit.verbs import Verb

TEMPLATE_CREATED = Verb(
    "questionnaire_template.created",
    "{actor} began the questionnaire {title}.",
    personal=("title",),
)
VERSION_DRAFTED = Verb(
    "questionnaire_version.drafted",
    "{actor} began version {number} of {title} with {questions} questions.",
    facts=("number", "questions", "source"),
    personal=("title",),
)
VERSION_EDITED = Verb(
    "questionnaire_version.edited",
    "{actor} edited the draft of version {number} of {title} ({questions} questions).",
    facts=("number", "questions", "content_sha256"),
    personal=("title",),
)
VERSION_PUBLISHED = Verb(
    "questionnaire_version.published",
    "{actor} published version {number} of {title} with {questions} questions.",
    facts=("number", "questions", "content_sha256"),
    personal=("title",),
)
QUESTIONNAIRE_ASSIGNED = Verb(
    "questionnaire.assigned",
    "{actor} asked {provider} to answer {title} by {due_on} ({questions} questions, "
    "{carried} carried over).",
    facts=("due_on", "party_kind", "questions", "carried", "recurrence_months"),
    personal=("title", "provider"),
)
DUE_MOVED = Verb(
    "questionnaire.due_moved",
    "{actor} moved the due day of {title} to {due_on}: {reason}",
    facts=("due_on",),
    personal=("title", "reason"),
)
QUESTIONNAIRE_WITHDRAWN = Verb(
    "questionnaire.withdrawn",
    "{actor} withdrew {title}: {reason}",
    personal=("title", "reason"),
)
SECTION_DELEGATED = Verb(
    "questionnaire_section.delegated",
    "{actor} handed section {section} of {title} to {person}.",
    facts=("section",),
    personal=("title", "person"),
)
DELEGATION_ENDED = Verb(
    "questionnaire_section.taken_back",
    "{actor} took section {section} of {title} back from {person}.",
    facts=("section",),
    personal=("title", "person"),
)
ANSWER_SAVED = Verb(
    "answer.saved",
    "{actor} answered question {question} (save {version}).",
    facts=("question", "version", "origin"),
)
ANSWERS_CONFIRMED = Verb(
    "answers.confirmed",
    "{actor} confirmed {count} answers of section {section} as still true.",
    facts=("section", "count"),
)
ANSWERS_REUSED = Verb(
    "answers.reused",
    "{actor} reused {count} answers once given to another client in {title}.",
    facts=("count",),
    personal=("title",),
)
ANSWERS_READ = Verb(
    "answers.read",
    "{actor} read answers from a table: {saved} saved, {unchanged} unchanged, "
    "{refused} refused.",
    facts=("saved", "unchanged", "refused"),
)
ANSWER_FILE_ADDED = Verb(
    "answer_file.added",
    "{actor} put {name} behind the answer to question {question}.",
    facts=("question", "sha256"),
    personal=("name",),
)
ANSWER_FILE_REMOVED = Verb(
    "answer_file.removed",
    "{actor} took {name} from the answer to question {question}.",
    facts=("question", "sha256"),
    personal=("name",),
)
COMMENT_ADDED = Verb(
    "questionnaire_comment.added",
    "{actor} commented on question {question}: {text}",
    facts=("question",),
    personal=("text",),
)
QUESTIONNAIRE_SUBMITTED = Verb(
    "questionnaire.submitted",
    "{actor} handed in {title}: {answered} of {shown} questions answered.",
    facts=("number", "answered", "shown", "answers_sha256"),
    personal=("title",),
)
ANSWER_REVIEWED = Verb(
    "answer.reviewed",
    "{actor} decided on question {question}: {decision}.",
    facts=("question", "decision", "submission"),
    personal=("reason",),
)
NOTE_ADDED = Verb(
    "questionnaire_note.added",
    "{actor} noted on question {question}: {text}",
    facts=("question",),
    personal=("text",),
)
QUESTIONNAIRE_RETURNED = Verb(
    "questionnaire.returned",
    "{actor} asked for changes to {count} answers of {title}.",
    facts=("count",),
    personal=("title",),
)
QUESTIONNAIRE_CLOSED = Verb(
    "questionnaire.closed",
    "{actor} closed the review of {title}: {outcome}, score {score}, "
    "coverage {coverage}, {findings} findings.",
    facts=("outcome", "score", "coverage", "findings", "rules_version"),
    personal=("title",),
)
FINDING_RAISED = Verb(
    "questionnaire_finding.raised",
    "{actor} raised a finding on question {question}: {text}",
    facts=("question",),
    personal=("text",),
)
ACTION_PLANNED = Verb(
    "questionnaire_action.planned",
    "{actor} planned a corrective action due {due_on}: {text}",
    facts=("due_on",),
    personal=("text",),
)
ACTION_DONE = Verb(
    "questionnaire_action.done",
    "{actor} reported a corrective action done: {note}",
    personal=("note",),
)
ACTION_VERIFIED = Verb(
    "questionnaire_action.verified",
    "{actor} verified a corrective action: {note}",
    personal=("note",),
)
ACTION_REOPENED = Verb(
    "questionnaire_action.reopened",
    "{actor} sent a corrective action back: {note}",
    personal=("note",),
)
DOSSIER_REQUESTED = Verb(
    "questionnaire_dossier.requested",
    "{actor} asked for the due-diligence dossier of {title}.",
    facts=("statement_sha256",),
    personal=("title",),
)
DOSSIER_RENDERED = Verb(
    "questionnaire_dossier.rendered",
    "{actor} made the due-diligence dossier of {title}.",
    facts=("statement_sha256", "file_sha256"),
    personal=("title",),
)
DOSSIER_FAILED = Verb(
    "questionnaire_dossier.failed",
    "{actor} could not make the due-diligence dossier of {title}.",
    personal=("title",),
)
