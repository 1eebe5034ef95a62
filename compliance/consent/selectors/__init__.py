"""Reads consents."""

from compliance.consent.selectors.asker import Row, consent_rows
from compliance.consent.selectors.editor import editor_context
from compliance.consent.selectors.force import (
    all_granted,
    ask_is_set,
    consents_in_force,
    may_publish,
    missing,
    needs_consent,
)
from compliance.consent.selectors.subject import (
    consent_by_receipt,
    consent_of,
    consents_of,
    is_silenced,
    open_requests_of,
    past_requests_of,
    phone_index,
    pictures_of,
    request_by_token_hash,
    request_of,
    silences_of,
    subject_by_phone,
)

__all__ = [
    "Row",
    "all_granted",
    "ask_is_set",
    "consent_by_receipt",
    "consent_of",
    "consent_rows",
    "consents_in_force",
    "consents_of",
    "editor_context",
    "is_silenced",
    "may_publish",
    "missing",
    "needs_consent",
    "open_requests_of",
    "past_requests_of",
    "phone_index",
    "pictures_of",
    "request_by_token_hash",
    "request_of",
    "silences_of",
    "subject_by_phone",
]
