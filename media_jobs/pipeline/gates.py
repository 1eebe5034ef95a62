"""Who may hand anything in."""

from accounts.identity import errors as identity_errors
from accounts.identity.selectors import is_verified
from accounts.people.models import User
from compliance.register.selectors import has_accepted_current
from media_jobs.pipeline import errors


def gates(user: User) -> None:
    """Provisions Art. 9 and Art. 8: who one is, and what one agreed to, before anything is submitted.

    Raises:
        DomainError: identity.required, pipeline.not_accepted.
    """
    if not is_verified(user):
        raise identity_errors.required()
    if not has_accepted_current(user):
        raise errors.not_accepted()
