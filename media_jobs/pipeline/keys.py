"""What signs this platform's files, as the settings hold it, and what others need to check them."""

from functools import cache
from importlib import import_module
from typing import cast

from django.conf import settings

from media_jobs.isolation.errors import fill
from media_jobs.labelling import c2pa, signing
from media_jobs.labelling.c2pa import Identity
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.signing import KeySet, KeySigner, PublishedKey, Signer


def provider_code() -> str:
    """Return the one code this platform writes: its own (TC260-PG-20252A)."""
    return settings.PROVIDER_CODE or DEVELOPMENT_CODE


def label_signer() -> Signer:
    """Return who signs labels.

    Raises:
        MediaError: signing.bad_key.
    """
    if settings.LABEL_SIGNER:
        return _made_by(settings.LABEL_SIGNER)
    return KeySigner(settings.LABEL_SIGNING_KEY)


def key_set() -> KeySet:
    """Return our public keys: the one that signs, then the former ones.

    Raises:
        MediaError: signing.bad_key, signing.bad_key_file.
    """
    since = settings.LABEL_SIGNING_SINCE
    active = PublishedKey.of(
        label_signer().public_key,
        provider=provider_code(),
        not_before=signing.moment(since) if since else None,
    )
    former = KeySet.from_json(settings.LABEL_FORMER_KEYS).keys if settings.LABEL_FORMER_KEYS else ()
    return KeySet([active, *(key for key in former if key.key_id != active.key_id)])


def published() -> str:
    """Return the file at /.well-known/aigc-keys.json."""
    names = {"name": settings.PROVIDER_NAME, "name_en": settings.PROVIDER_NAME_EN}
    return key_set().to_json(provider={"code": provider_code(), **names})


def identity() -> Identity:
    """Return who signs C2PA manifests.

    Raises:
        MediaError: signing.bad_key.
    """
    if settings.C2PA_IS_DEFAULT:
        return c2pa.development(settings.C2PA_DEVELOPMENT_FILE)
    signer = _made_by(settings.C2PA_SIGNER) if settings.C2PA_SIGNER else KeySigner(settings.C2PA_KEY)
    return Identity(signer, settings.C2PA_CHAIN)


def anchors() -> str:
    """Return the roots that we believe: our own chain's, and the configured ones (PEM)."""
    return identity().anchors + settings.C2PA_TRUST_ANCHORS


def manifests_prove_nothing() -> bool:
    """Return whether manifests are signed with a development chain, ours or one that was copied."""
    return settings.C2PA_IS_DEFAULT or (not problem() and identity().is_development)


def problem() -> str:
    """Return why what is configured cannot sign, "" when it can."""
    try:
        key_set()
        if not settings.C2PA_IS_DEFAULT:
            identity().check()
    except MediaError as error:
        return f"{error.code}: {fill(error.message, error.params)}"
    except (ImportError, AttributeError, ValueError) as error:  # a factory or a time that is none
        return f"{type(error).__name__}: {error}"
    return ""


@cache
def _made_by(factory: str) -> Signer:
    """Call the factory once: its client keeps a connection to the KMS or HSM."""
    module, _, name = factory.partition(":")
    return cast("Signer", getattr(import_module(module), name)())
