"""The receipt: what was agreed to, with the text and its hash, and nothing personal beyond what the person gave."""

import json
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.people import phones
from compliance.consent import wording
from compliance.consent.models import Consent, ConsentRequest, Silence
from compliance.consent.states import OPEN, State


def as_dict(consent: Consent) -> dict[str, Any]:
    """Return the receipt for download: who, what, scopes, exact text, its SHA-256, times, log entries, the way back."""
    asked = consent.request
    events = [{"event": "consent.granted", "id": consent.event_id}]
    if consent.revoked_event_id:
        events.append({"event": "consent.revoked", "id": consent.revoked_event_id})
    return {
        "receipt": consent.receipt_no,
        "provider": {"name": settings.PROVIDER_NAME, "contact": settings.PROVIDER_CONTACT},
        "asker": asked.asker_name,
        "operation": {"key": asked.engine, "version": asked.engine_version},
        "purpose": asked.purpose,
        "job": str(asked.job_id),
        "subject": {"id": str(consent.subject_id), "phone": phones.mask(consent.subject.phone)},
        "scopes": {"edit": consent.edit, "publish": consent.publish},
        "granted_at": consent.granted_at.isoformat(),
        "valid_until": consent.expires_at.isoformat(),
        "revoked_at": consent.revoked_at.isoformat() if consent.revoked_at else None,
        "language": consent.language,
        "text": consent.text,
        "text_sha256": consent.text_hash,
        "log_events": events,
        "revoke_at": f"{settings.BASE_URL}/c/receipt/{consent.receipt_no}/",
    }


def commitment(consent: Consent) -> bytes:
    """Return the bytes of a receipt that a released work commits to (salted): what was agreed to, and when, for ever.

    Its number, the hash of the text and the time of the agreement, as they stand in the receipt; nothing that changes.
    """
    fixed = {
        "granted_at": consent.granted_at.isoformat(),
        "receipt": consent.receipt_no,
        "text_sha256": consent.text_hash,
    }
    return json.dumps(fixed, separators=(",", ":"), sort_keys=True).encode()


def page(consent: Consent) -> dict[str, Any]:
    """Return what the receipt's pages show."""
    expired = consent.expires_at <= timezone.now()
    state = "revoked" if consent.revoked_at else "expired" if expired else "in_force"
    return {
        "consent": consent,
        "asked": consent.request,
        "operation": wording.operation_title(consent.request.engine),
        "masked": phones.mask(consent.subject.phone),
        "items": json.loads(consent.text)["items"],
        "state": state,
        "tone": "ok" if state == "in_force" else "neutral",
    }


def line(asked: ConsentRequest) -> dict[str, Any]:
    """Return what the person's list shows of a question."""
    late = asked.state in OPEN and asked.expires_at <= timezone.now()
    return {
        "asked": asked,
        "operation": wording.operation_title(asked.engine),
        "label": State.EXPIRED.label if late else State(asked.state).label,
    }


def silence_line(wish: Silence) -> dict[str, Any]:
    """Return what the person's list shows of a wish for silence."""
    return {"wish": wish, "operation": wording.operation_title(wish.purpose) if wish.purpose else ""}
