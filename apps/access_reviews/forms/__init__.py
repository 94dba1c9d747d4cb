"""Forms of the room."""

from apps.access_reviews.forms.logs import (
    LogColumnsForm,
    LogUploadForm,
)
from apps.access_reviews.forms.reviews import (
    BulkForm,
    CampaignForm,
    DecisionForm,
    DelegateForm,
    DoneForm,
    NarrowForm,
    ReasonForm,
    ReviewerRuleForm,
)
from apps.access_reviews.forms.systems import (
    ColumnsForm,
    ConfirmForm,
    MatchForm,
    PolicyForm,
    RoleForm,
    SystemForm,
    UploadForm,
)

__all__ = [
    "BulkForm",
    "CampaignForm",
    "ColumnsForm",
    "ConfirmForm",
    "DecisionForm",
    "DelegateForm",
    "DoneForm",
    "LogColumnsForm",
    "LogUploadForm",
    "MatchForm",
    "NarrowForm",
    "PolicyForm",
    "ReasonForm",
    "ReviewerRuleForm",
    "RoleForm",
    "SystemForm",
    "UploadForm",
]
