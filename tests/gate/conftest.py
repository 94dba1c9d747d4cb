"""An engagement whose gate is open on 15 June 2026."""

from __future__ import annotations

import pytest

from apps.engagements.models import Engagement
from tests.conftest import Cast
from tests.factories.gate import make_ready


@pytest.fixture
def ready(cast: Cast) -> Engagement:
    """Nothing stands against PHI flowing to the vendor."""
    return make_ready(cast.engagement)
