"""Pure: signed notes (c2sp.org/signed-note) and cosignatures (c2sp.org/tlog-cosignature).

The type byte of a key decides how its signature is read: 0x01 Ed25519 over the text, 0x04 Ed25519 cosignature/v1 over
time and text. Further types (0x06, ML-DSA-44) are added to `ALGORITHMS`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compliance.audit import signing

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
MAX_SIGNATURES = 100
_KEY_BYTES = 32
_NAME = re.compile(r"[^\s+]+\Z")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\Z")


class NoteError(ValueError):
    """A key or a note that must not be trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name, as a vkey states it."""

    name: str
    type: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name || 0x0A || type || key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """`name+hex key id+base64(type || key)`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.type]) + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note: who it claims to be by, and whether a known key confirmed it."""

    name: str
    key_id: bytes
    payload: bytes
    verified: bool = False
    timestamp: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note whose text ends with a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def by(self, verifier: Verifier) -> Signature | None:
        """Return the confirmed signature of that key."""
        wanted = (verifier.name, verifier.key_id)
        return next((s for s in self.signatures if s.verified and (s.name, s.key_id) == wanted), None)


def _ed25519(public: bytes, text: bytes, payload: bytes) -> int | None:
    if not signing.verify(public, text, payload):
        raise NoteError("the signature is wrong")
    return None


def _cosignature_v1(public: bytes, text: bytes, payload: bytes) -> int | None:
    if len(payload) != 72:
        raise NoteError("a cosignature has a time and 64 bytes")
    time = int.from_bytes(payload[:8], "big")
    if not signing.verify(public, cosigned_message(text, time), payload[8:]):
        raise NoteError("the cosignature is wrong")
    return time


ALGORITHMS: dict[int, Callable[[bytes, bytes, bytes], int | None]] = {
    ED25519: _ed25519,
    COSIGNATURE_V1: _cosignature_v1,
}


def cosigned_message(text: bytes, time: int) -> bytes:
    """Return what a cosignature/v1 signs."""
    return b"cosignature/v1\ntime %d\n" % time + text


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NoteError(f"{text[:20]!r} is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise NoteError(f"{text[:20]!r} is not canonical base64")
    return data


def parse_vkey(vkey: str) -> Verifier:
    """Return the verifier of `name+hex+base64`.

    Raises:
        NoteError: malformed, of an unknown type, or with a key id that is not its own.
    """
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = _decode(encoded)
    if not _NAME.match(name) or not key:
        raise NoteError("a vkey is name+key id+key")
    if key[0] not in ALGORITHMS:
        raise NoteError(f"key type 0x{key[0]:02x} is unknown")
    if len(key) != 1 + _KEY_BYTES:
        raise NoteError(f"an Ed25519 key has 32 bytes, not {len(key) - 1}")
    verifier = Verifier(name, key[0], key[1:])
    if verifier.key_id.hex() != key_id:
        raise NoteError("the key id belongs to another key")
    return verifier


def sign(text: str, name: str, seed: bytes) -> str:
    """Return the note of text signed by the Ed25519 seed under that name.

    Raises:
        NoteError: text or name cannot stand in a note.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError("a note's text ends with a newline and has no control characters")
    if not _NAME.match(name):
        raise NoteError("a key name has no space and no plus sign")
    verifier = Verifier(name, ED25519, signing.public_key(seed))
    line = base64.b64encode(verifier.key_id + signing.sign(seed, text.encode())).decode()
    return f"{text}\n— {name} {line}\n"


def parse(note: str) -> Note:
    """Split a note at its last blank line into text and unconfirmed signatures.

    Raises:
        NoteError: malformed.
    """
    at = note.rfind("\n\n")
    if at < 0 or _CONTROL.search(note) or not note.endswith("\n"):
        raise NoteError("a note is text, a blank line and signature lines")
    lines = note[at + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"more than {MAX_SIGNATURES} signatures")
    signatures = []
    for line in lines:
        match = _LINE.match(line)
        data = _decode(match[2]) if match else b""
        if not match or len(data) < 5:
            raise NoteError("a malformed signature line")
        signatures.append(Signature(match[1], data[:4], data[4:]))
    return Note(note[: at + 1], tuple(signatures))


def verify(note: str, verifiers: Sequence[Verifier]) -> Note:
    """Return the note with every signature by a known key confirmed; unknown keys are ignored.

    Raises:
        NoteError: malformed, no signature by a known key, or a known key's signature is wrong.
    """
    parsed = parse(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    if len({verifier.public for verifier in known.values()}) < len(known):
        raise NoteError("one key is used in two roles")
    confirmed = []
    for signature in parsed.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            confirmed.append(signature)
            continue
        time = ALGORITHMS[verifier.type](verifier.public, parsed.text.encode(), signature.payload)
        confirmed.append(Signature(signature.name, signature.key_id, signature.payload, verified=True, timestamp=time))
    if not any(signature.verified for signature in confirmed):
        raise NoteError("no signature by a known key")
    return Note(parsed.text, tuple(confirmed))
