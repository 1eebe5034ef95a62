"""Cache keys are blinded: allauth's rate limits put addresses, and plain hashes of phone numbers, into theirs."""

from accounts.vault.fields import blind_index


def blinded(key: str, prefix: str, version: int) -> str:
    """Return the KEY_FUNCTION's answer: an HMAC, since a bare hash of eleven digits is found by trying them all."""
    return f"{prefix}:{version}:{blind_index('people.cache', str(key))}"
