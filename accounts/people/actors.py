"""From a signed-in account to the Actor that the log keeps."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import AnonymousUser

from accounts.people.models import User
from compliance.audit.actor import ANONYMOUS, Actor

if TYPE_CHECKING:
    from compliance.audit.actor import ActorKind


def actor_for(user: User | AnonymousUser) -> Actor:
    """Return the actor of a request's user: the kind is the seat, the id the pseudonymous account id."""
    if not user.is_authenticated:
        return ANONYMOUS
    return Actor(cast("ActorKind", str(user.role)), str(user.pk))
