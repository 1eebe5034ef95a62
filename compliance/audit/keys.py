"""The log's keys and name, as the settings hold them. They live outside the database."""

from django.conf import settings

from compliance.audit import notes, signing


def salt_key() -> bytes:
    """Return AUDIT_SALT_KEY: salts of pointing fields and seals of rows."""
    return bytes.fromhex(settings.AUDIT_SALT_KEY)


def signing_seed() -> bytes:
    """Return AUDIT_SIGNING_KEY, the Ed25519 seed that signs checkpoints."""
    return bytes.fromhex(settings.AUDIT_SIGNING_KEY)


def log_verifier() -> notes.Verifier:
    """Return the log's public key under its origin's name."""
    return notes.Verifier(settings.AUDIT_ORIGIN, notes.ED25519, signing.public_key(signing_seed()))
