"""What the room's tests share."""

from typing import Any

import pytest

from accounts.people.actors import actor_for
from compliance.switches.services import switch_set
from tests.personas import make_user


@pytest.fixture
def registration_stopped(db: None) -> Any:
    """Sign-up stopped by order."""
    officer = make_user("officer", "officer", "+8613800138199")
    switch_set(actor=actor_for(officer), name="registration", stopped=True, order_number="网信〔2026〕1号")
