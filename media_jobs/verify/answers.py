"""The shape of the four answers: stable codes for the API, facts for the page; the words are in wording.py."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Value:
    """One of the seven values of an AIGC label (GB 45438-2025 Annex E).

    Args:
        key: its name in the file.
        value: as found, untranslated.
        meaning: a code of wording.MEANINGS.
    """

    key: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Label:
    """One label found in the file.

    Args:
        location: where it stands, as the reader names the place.
        values: the seven values, () for a label that cannot be read.
        says: "1", "2", "3" (Annex E c) or "" where it says none of these.
        producer: code or name of who is claimed to have made the content.
        produce_id: the number that producer is claimed to have given it.
        ours: the claimed producer is this provider. A claim all the same: only the file's hash proves it.
        notes: departures from the standard, "key:what".
        signature: of the producer: "genuine" (ours, on this content), "ours_elsewhere" (ours, made for other content),
            "ours_converted" (ours, the content is in another form now), "stranger" (intact, by a key we do not know),
            "revoked" (by a key of ours that others may have), "failed", "unverifiable", "unsigned" or "not_checked".
        text: the raw text of a label that cannot be read.
    """

    location: str
    values: tuple[Value, ...]
    says: str
    producer: str
    produce_id: str
    ours: bool
    notes: tuple[str, ...]
    signature: str = "not_checked"
    text: str = ""


@dataclass(frozen=True, slots=True)
class SelfSaid:
    """Answer 1: what the file says of itself.

    Args:
        code: "is", "may_be", "suspected" (Labelling Measures Art. 6), "broken_label", "no_label",
            "damaged" (and nothing found) or "unreadable".
        kind: "JPEG", "MP4", "DOCX", ... (labelling.containers), "" when unreadable.
        labels: every label found.
        traces: other statements of an AI origin: IPTC digital source types.
        c2pa: a C2PA manifest: "trusted" (by us or somebody we trust), "valid" (by somebody we do not know), "invalid",
            "unreadable", "not_checked", or "" where there is none.
        c2pa_signer: who signed it, as its certificate says.
        problem: code of what keeps the file from being read whole, "".
    """

    code: str
    kind: str = ""
    labels: tuple[Label, ...] = ()
    traces: tuple[str, ...] = ()
    c2pa: str = ""
    c2pa_signer: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What everybody may know of something this provider released.

    Args:
        produce_id: its number.
        sha256, size, medium, mime, width, height, duration: of the released file; pixels and seconds, 0 without.
        label_text: the words of the explicit label.
        unlabelled_request: the request under which it was left out (Labelling Measures Art. 9), "" otherwise.
        engine: key of the operation.
        art23_class: declared class of Provisions Art. 23.
        released_at, withdrawn_at: when.
        withdraw_reason: reason code, "".
        event_id: of the release's event in the log.
    """

    produce_id: str
    sha256: str
    size: int
    medium: str
    mime: str
    width: int
    height: int
    duration: float
    label_text: str
    unlabelled_request: str
    engine: str
    art23_class: str
    released_at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Released:
    """Answer 2: whether this provider released exactly this file.

    Args:
        code: "released", "withdrawn", "same_content" and "same_withdrawn" (our number, other bytes, but our signature
            holds for label and media), "altered" (our number, other bytes, and it does not), "never_issued" (our code,
            a number we never gave), "foreign" (somebody else's label), "unknown".
        release: the facts for the first five.
    """

    code: str
    release: ReleaseFacts | None = None


@dataclass(frozen=True, slots=True)
class LogProof:
    """Answer 3: what the public log proves.

    Args:
        code: "proven", "proven_other" (of the release whose number the file carries), "pending", "mismatch" (the
            log does not hold what our record says) or "nothing".
        index: sequence number of the release's entry.
        size: size of the signed tree that covers it.
        origin: name of the log.
    """

    code: str
    index: int | None = None
    size: int | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All four answers about one file, or about one number.

    Args:
        sha256: of the file that was checked, "" for a number.
        size: bytes.
        said: answer 1, None for a number.
        released: answer 2.
        log: answer 3.
        consent: "in_force", "ended", "nobody" or "" (not ours to say).
        limits: codes of answer 4, what all this does not tell.
        inside: name of the file that was checked, where it came in a ZIP with its sidecars.
    """

    sha256: str
    size: int
    said: SelfSaid | None
    released: Released
    log: LogProof
    consent: str = ""
    limits: tuple[str, ...] = field(default=())
    inside: str = ""
