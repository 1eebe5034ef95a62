"""The log's words for policies and services (numbers 200-249)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

POLICY_PUBLISHED = register(
    200,
    "policy.published",
    gettext_noop("Version %(version)s of the text “%(kind)s” was published"),
    public=("kind", "version", "sha256"),
)
POLICY_ACCEPTED = register(
    201,
    "policy.accepted",
    gettext_noop("A user accepted version %(version)s of the text “%(kind)s”"),
    public=("kind", "version", "sha256"),
)
SERVICE_ADDED = register(
    202, "service.added", gettext_noop("The service with number %(service)s was added"), public=("service",)
)
SERVICE_CHANGED = register(
    203,
    "service.changed",
    gettext_noop("The service with number %(service)s was switched: active is %(active)s"),
    public=("service", "active"),
)
ONBOARDING_REMINDED = register(
    204,
    "onboarding.reminded",
    gettext_noop("Staff reminded a user of what is missing before the first job: %(missing)s"),
    public=("missing",),
)
