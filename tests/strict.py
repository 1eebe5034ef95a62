"""Closed sockets, skips that count as failures where everything must be installed, tests about one database only."""

import os
import sys
from collections.abc import Generator
from typing import Any

import pytest

LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}
STRICT = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


class OutsideConnectionError(Exception):
    """A test tried to reach another machine."""


def _closed_sockets(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every connection that would leave this machine; unix sockets and loopback stay open."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and str(address[0]).split("%")[0] not in LOOPBACK:
            raise OutsideConnectionError(f"a test tried to connect to {address!r}")
    elif event == "socket.getaddrinfo":
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
        if host not in LOOPBACK:
            raise OutsideConnectionError(f"a test tried to look up {host!r}")


sys.addaudithook(_closed_sockets)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that are about the other database: they are not skipped, they do not apply."""
    other = "postgres_only" if not os.environ.get("DATABASE_URL") else "sqlite_only"
    out = [item for item in items if item.get_closest_marker(other)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skip is a failure: a suite that quietly tests less is red."""
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI=true forbids it. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if STRICT and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, and CI=true forbids it. {report.longrepr}"
    return report
