"""Let Django flush a database whose log refuses to be emptied.

The root conftest imports the hook and the fixture of this module: `from tests.audit_triggers import *  # noqa: F403`.
The append-only triggers are lifted only between the end of a transactional test's body and the end of its flush.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase, TransactionTestCase
from pytest_django.plugin import blocking_manager_key

from compliance.audit import triggers

__all__ = ["audit_guard_file", "pytest_runtest_teardown"]
FLUSHING = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def lifted() -> Iterator[None]:
    """Take the log's append-only triggers away for the body of the with statement."""
    _execute(triggers.disarming_sql(connection.vendor))
    try:
        yield
    finally:
        _execute(triggers.arming_sql(connection.vendor))


def flushes(item: pytest.Item) -> bool:
    """Whether pytest-django will flush the database after this test instead of rolling back."""
    cls: Any = getattr(item, "cls", None)
    if cls is not None and issubclass(cls, TransactionTestCase):
        return not issubclass(cls, TestCase)
    marker = item.get_closest_marker("django_db")
    if marker is not None and (marker.kwargs.get("transaction") or (marker.args and marker.args[0])):
        return True
    return bool(FLUSHING & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Lift the triggers around the teardown, and so the flush, of transactional tests."""
    if not flushes(item):
        return (yield)
    with item.config.stash[blocking_manager_key].unblock():
        if not triggers.present(connection):  # the test failed before its database was there
            return (yield)
        database = connection.settings_dict["NAME"]
        _execute(triggers.disarming_sql(connection.vendor))
    try:
        return (yield)
    finally:
        # The teardown of the last test removes the test database: the connection then means the real one.
        if connection.settings_dict["NAME"] == database:
            with item.config.stash[blocking_manager_key].unblock():
                _execute(triggers.arming_sql(connection.vendor))


@pytest.fixture(autouse=True)
def audit_guard_file(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give every test a guard file of its own: its database is not the one that was signed before."""
    path = tmp_path_factory.mktemp("audit") / "last-signed.json"
    settings.AUDIT_GUARD_FILE = path
    return path
