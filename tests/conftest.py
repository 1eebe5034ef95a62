"""What every test shares."""

# Named people for every room; the log's triggers are lifted around the flush of transactional tests, and only there.
pytest_plugins = ["tests.personas", "tests.audit_triggers", "tests.strict", "tests.chromium"]
