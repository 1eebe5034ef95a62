"""How often somebody may try: per account, per document and per network, so that numbers cannot be guessed in bulk."""

from accounts.people import ratelimit
from accounts.people.models import RateBucket
from accounts.vault.fields import blind_index

ACCOUNT = "identity.account"
DOCUMENT = "identity.document"
NETWORK = "identity.network"
CODE = "identity.code"
HOUR = 3600
DAY = 24 * HOUR


def take_attempt(*, account: str, document: str, network: str) -> None:
    """Count one attempt against account (6 an hour), document (5 a day) and network (60 an hour).

    Raises:
        DomainError: people.rate_limited (429).
    """
    ratelimit.take(name=ACCOUNT, key=account, capacity=6, per_seconds=HOUR)
    if document:
        ratelimit.take(name=DOCUMENT, key=document, capacity=5, per_seconds=DAY)
    if network:
        ratelimit.take(name=NETWORK, key=network, capacity=60, per_seconds=HOUR)


def take_code(*, account: str) -> None:
    """Count one code asked for: 4 in ten minutes per account (DomainError people.rate_limited)."""
    ratelimit.take(name=CODE, key=account, capacity=4, per_seconds=600)


def give_back(*, account: str) -> None:
    """Fill the account's own buckets again; those of documents and networks stand, they protect other people."""
    keys = [blind_index(f"{ratelimit.DOMAIN}.{name}", account) for name in (ACCOUNT, CODE)]
    RateBucket.objects.filter(key_hash__in=keys).delete()
