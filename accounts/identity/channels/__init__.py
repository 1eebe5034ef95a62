"""The ways to verify a real identity (Provisions Art. 9), in the order in which they are offered."""

from accounts.identity import errors
from accounts.identity.channels.base import Claim, Outcome, VerificationChannel
from accounts.identity.channels.id_card import IdCardChannel
from accounts.identity.channels.mobile import MobileChannel
from accounts.identity.channels.organisation import OrganisationChannel
from accounts.identity.vendors import vendor

__all__ = ["Claim", "Outcome", "VerificationChannel", "available", "get"]


def available() -> list[VerificationChannel]:
    """Return the channels of this deployment, with the vendor that IDENTITY_BACKEND names."""
    asked = vendor()
    return [MobileChannel(), IdCardChannel(asked), OrganisationChannel(asked)]


def get(key: str) -> VerificationChannel:
    """Return one channel.

    Raises:
        DomainError: identity.unknown_channel (404).
    """
    for channel in available():
        if channel.key == key:
            return channel
    raise errors.unknown_channel()
