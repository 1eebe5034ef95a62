"""Refusals about keys, signatures of labels and C2PA manifests."""

from media_jobs.isolation.errors import gettext_noop

TEXTS: dict[str, tuple[str, str]] = {
    "signing.bad_key": (
        gettext_noop("This is not a P-256 key that can be used for signing"),
        gettext_noop("Give a PEM without passphrase, or the private number as 64 hexadecimal digits"),
    ),
    "signing.bad_key_file": (
        gettext_noop("The list of published keys cannot be read (%(reason)s)"),
        gettext_noop("Fetch it again from the provider's /.well-known/aigc-keys.json"),
    ),
    "signing.failed": (
        gettext_noop("The signing service gave no valid signature (%(reason)s)"),
        gettext_noop("Check that the service is reachable and that its key is the one that was configured"),
    ),
    "c2pa.bad_chain": (
        gettext_noop("The certificates for C2PA cannot be used (%(reason)s)"),
        gettext_noop("Give the leaf first, then its issuers, as PEM; the leaf's key must be the signing key"),
    ),
    "c2pa.not_signed": (
        gettext_noop("No C2PA manifest could be made for this file (%(reason)s)"),
        gettext_noop("Check the certificates and the time-stamping service, and try again"),
    ),
    "c2pa.does_not_validate": (
        gettext_noop("The C2PA manifest does not validate after it was written (%(reason)s)"),
        gettext_noop("Nothing was released; tell the operator"),
    ),
}
