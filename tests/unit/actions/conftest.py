"""One account and what Exchange says of it."""

from __future__ import annotations

import pytest

from tests.support.mail_desk import MailDesk


@pytest.fixture
def desk() -> MailDesk:
    return MailDesk()
