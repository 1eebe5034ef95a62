"""What a manifest says of one work; ids and hashes only, nothing about a person."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

NAME = "Hallmark"


def own_version() -> str:
    """The version of this program as it is installed."""
    try:
        return version("hallmark")
    except PackageNotFoundError:  # a bare checkout
        return "0"


@dataclass(frozen=True)
class Watermark:
    """An invisible mark that leads back to this manifest (`c2pa.soft-binding`).

    Attributes:
        algorithm: a name in our namespace, such as "org.hallmark.lattice.v1" (docs/signatures.md), or one of the
            C2PA list.
        value: what the mark holds, base64.
    """

    algorithm: str
    value: str


@dataclass(frozen=True)
class Facts:
    """One work, as the manifest tells it.

    Attributes:
        source_type: full IPTC address, the same that stands in the file's metadata.
        provider: 27-character code.
        provider_name: of the organisation, as it names itself.
        produce_id: the provider's number of the work.
        engine, engine_version: the system that made or altered it (California BPC 22757.3(b), EU AI Act Art. 50(2)).
        made_at: when.
        altered: made out of somebody's material; False where it was generated as a whole.
        handed_over: only spread by us: provider and produce_id are the propagator's, and the parent's manifest tells
            the rest (Labelling Measures Art. 6).
        label_text: the words of the explicit label, "" where there is none.
        label_is_heard: it is spoken or sounded, not shown.
        watermark: None where there is none.
        consent: salted hash of the consent receipts, hex (see salted), "" where nobody had to consent.
        content_method, content_sha256: the digest that the AIGC label is bound to, "" where it is unsigned.
    """

    source_type: str
    provider: str
    produce_id: str
    engine: str
    engine_version: str
    made_at: datetime
    provider_name: str = ""
    altered: bool = False
    handed_over: bool = False
    label_text: str = ""
    label_is_heard: bool = False
    watermark: Watermark | None = None
    consent: str = ""
    content_method: str = ""
    content_sha256: str = ""

    @property
    def time(self) -> str:
        """made_at as RFC 3339 in UTC, whole seconds."""
        return self.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def as_json(self) -> dict[str, Any]:
        """For the way to a child process."""
        return asdict(self) | {"made_at": self.time}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Facts":
        """The counterpart of as_json.

        Raises:
            TypeError, ValueError: not what as_json made.
        """
        given = dict(values)
        given["made_at"] = datetime.fromisoformat(given["made_at"])
        if given.get("watermark") is not None:
            given["watermark"] = Watermark(**given["watermark"])
        return cls(**given)


def salted(receipts: list[bytes], *, salt: bytes | None = None) -> tuple[str, str]:
    """Commit to the consent receipts of one work without letting anybody link two works of one person.

    Args:
        receipts: canonical bytes of every receipt; order does not matter.
        salt: 32 bytes; fresh ones where none is given.

    Returns:
        (hash, salt), hex: SHA-256 over the salt and the sorted SHA-256 digests of the receipts. The platform keeps
        the salt; with it and the receipts anybody can check the hash, without it nobody can guess.
    """
    salt = salt or secrets.token_bytes(32)
    digests = sorted(hashlib.sha256(receipt).digest() for receipt in receipts)
    return hashlib.sha256(salt + b"".join(digests)).hexdigest(), salt.hex()


def is_base64(text: str) -> bool:
    """Whether the text is base64."""
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
