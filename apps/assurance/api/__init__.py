"""API of assurance: certificates, policies, activities, requests for evidence."""

from apps.assurance.api.activities import ActivityViewSet
from apps.assurance.api.certificates import CertificateViewSet
from apps.assurance.api.policies import PolicyViewSet
from apps.assurance.api.requests import EvidenceRequestViewSet

ROUTES = [
    ("certificates", CertificateViewSet),
    ("policies", PolicyViewSet),
    ("activities", ActivityViewSet),
    ("evidence-requests", EvidenceRequestViewSet),
]
