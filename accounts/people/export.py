"""A person's own data as JSON (PIPL Art. 45). Rooms above add their part from AppConfig.ready()."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.people.models import User
from accounts.people.selectors import email_of

Part = Callable[[User], Any]
_PARTS: dict[str, Part] = {}


def contribute(name: str, part: Part) -> None:
    """Let a room add its part: a function from account to JSON-able data.

    Raises:
        ValueError: the name is taken by another function.
    """
    if _PARTS.get(name, part) is not part:
        raise ValueError(f"export part {name!r} is declared twice")
    _PARTS[name] = part


def collect(user: User) -> dict[str, Any]:
    """Return everything that the rooms keep of one account."""
    return {"exported_at": timezone.now().isoformat(), **{name: part(user) for name, part in sorted(_PARTS.items())}}


def account_part(user: User) -> dict[str, Any]:
    """Return what this room keeps: the account, its organisation, its invitations and tokens (never their secrets)."""
    membership = getattr(user, "membership", None)
    return {
        "id": str(user.pk),
        "seat": user.role,
        "opened_at": user.created_at.isoformat(),
        "display_name": user.display_name,
        "phone": user.phone,
        "phone_verified": user.phone_verified,
        "email": email_of(user),
        "language": user.language,
        "organisation": (
            {
                "id": str(membership.organisation_id),
                "name": membership.organisation.name,
                "uscc": membership.organisation.uscc,
                "place": membership.place,
                "joined_at": membership.joined_at.isoformat(),
            }
            if membership
            else None
        ),
        "invitations_sent": [
            {"to": row.address, "state": row.state, "sent_at": row.sent_at.isoformat()}
            for row in user.invitations_sent.all()
        ],
        "api_tokens": [
            {
                "prefix": row.prefix,
                "label": row.label,
                "scopes": row.scopes,
                "created_at": row.created_at.isoformat(),
                "last_used_at": row.last_used_at.isoformat() if row.last_used_at else None,
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
            }
            for row in user.api_tokens.all()
        ],
    }
