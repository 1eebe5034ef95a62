"""An account that may submit, without pytest."""

from accounts.identity.services import verify
from accounts.people.actors import actor_for
from accounts.people.models import User
from compliance.register.services import policies_accept
from compliance.rules.documents import id_check_character


def make_ready(user: User, *, number: int = 0) -> User:
    """Verify the account by the sandbox and accept what must be accepted."""
    person = f"9999991990010101{number}"
    verify(
        actor=actor_for(user),
        user=user,
        channel="id_card",
        name="张三",
        number=person + id_check_character(person),
    )
    policies_accept(actor=actor_for(user), user=user)
    return user
