"""The AIGC object of GB 45438-2025 Annex E: seven keys, one JSON string; strict to write, tolerant to read."""

import json
import re
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error

# Annex E c) to i); the order is ours and fixed.
FIELDS = {
    "Label": "label",
    "ContentProducer": "content_producer",
    "ProduceID": "produce_id",
    "ReservedCode1": "reserved_code1",
    "ContentPropagator": "content_propagator",
    "PropagateID": "propagate_id",
    "ReservedCode2": "reserved_code2",
}
KEYS = tuple(FIELDS)
ELEMENTS = ("ContentProducer", "ProduceID", "ContentPropagator", "PropagateID")
IS_SYNTHETIC, MAY_BE_SYNTHETIC, SUSPECTED_SYNTHETIC = "1", "2", "3"
MAX_JSON = 16 * 1024
_MOST_KEYS = 40
_LOWER = {key.lower() for key in FIELDS}

_ELEMENT = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")  # Annex E j)
_RESERVED = re.compile(r"[\x21-\x7E]*")  # as j), with " and \ escaped by JSON: signatures are JSON themselves
_OWN_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(frozen=True)
class AigcLabel:
    """One label. Any strings may be held (a reader must show what it found); `to_json` writes only valid ones.

    Attributes:
        label: "1" is, "2" may be, "3" is suspected to be synthetic (Annex E c).
        content_producer: code (or name) of the generation provider.
        produce_id: the provider's unique number of this content.
        content_propagator, propagate_id: the same of the propagation provider.
        reserved_code1, reserved_code2: security data of producer and propagator, may be "".
    """

    label: str
    content_producer: str
    produce_id: str
    reserved_code1: str = ""
    content_propagator: str = ""
    propagate_id: str = ""
    reserved_code2: str = ""

    @classmethod
    def first(cls, *, producer: str, produce_id: str, label: str = IS_SYNTHETIC) -> "AigcLabel":
        """The label of a file's first writing: propagator = producer (Annex E, note 1).

        Raises:
            MediaError: label.bad_id, label.bad_value.
        """
        if not _OWN_ID.fullmatch(produce_id):
            raise media_error("label.bad_id")
        made = cls(label, producer, produce_id, "", producer, produce_id, "")
        made.check()
        return made

    @classmethod
    def from_values(cls, values: dict[str, str]) -> "AigcLabel":
        """The label from its seven standard keys; a missing key is ""."""
        return cls(*(str(values.get(key, "")) for key in KEYS))

    def values(self) -> dict[str, str]:
        """The seven keys in their order."""
        return {key: str(getattr(self, name)) for key, name in FIELDS.items()}

    def problems(self) -> list[str]:
        """The keys whose values break Annex E, in order; empty when the label may be written."""
        values = self.values()
        wrong = [] if self.label in {IS_SYNTHETIC, MAY_BE_SYNTHETIC, SUSPECTED_SYNTHETIC} else ["Label"]
        wrong += [key for key in ELEMENTS if not _ELEMENT.fullmatch(values[key])]
        wrong += [key for key in ("ReservedCode1", "ReservedCode2") if not _RESERVED.fullmatch(values[key])]
        return wrong

    def check(self) -> None:
        """Nothing when every value is valid.

        Raises:
            MediaError: label.bad_value naming the first wrong key.
        """
        for key in self.problems():
            raise media_error("label.bad_value", key=key)
        if len(json.dumps(self.values())) > MAX_JSON:
            raise media_error("label.bad_value", key="ReservedCode1")

    def to_json(self, *, wrapped: bool = False) -> str:
        """The JSON string to write, without spaces, ASCII only.

        Args:
            wrapped: {"AIGC": {...}} as Annex E b) and the EXIF and tEXt places; XMP holds the inner object.

        Raises:
            MediaError: label.bad_value.
        """
        self.check()
        values = self.values()
        return json.dumps({"AIGC": values} if wrapped else values, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "AigcLabel":
        """The label in a JSON string, wrapped or not, forgiving what vendors do (see `read`).

        Raises:
            MediaError: label.not_json.
        """
        return read(text).label


@dataclass(frozen=True)
class Reading:
    """What a tolerant reading found.

    Attributes:
        label: the values as strings.
        wrapped: True when the object stood inside {"AIGC": ...}.
        notes: departures from Annex E: "<key>:missing", "<key>:not_a_string", "<key>:bad_value", "<key>:unknown",
            "<key>:duplicate", "<key>:wrong_case".
        keys: the object's keys as they stand, at most 40 of 40 characters.
    """

    label: AigcLabel
    wrapped: bool
    notes: tuple[str, ...]
    keys: tuple[str, ...] = ()


class _Pairs(dict[str, object]):
    """A JSON object that remembers its keys in order, doubled ones too."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.names = [name for name, _ in pairs]


def read(text: str) -> Reading:
    """Read a label as it occurs in the wild: numbers for strings, missing keys, other case, either wrapping.

    Raises:
        MediaError: label.not_json when it is no JSON object or holds none of the seven keys.
    """
    if len(text) > MAX_JSON:
        raise media_error("label.not_json")
    try:
        found = json.loads(text.strip("\0\ufeff \t\r\n"), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        raise media_error("label.not_json") from None
    inner = found.get("AIGC") if isinstance(found, _Pairs) else None
    wrapped = isinstance(inner, _Pairs)
    found = inner if wrapped else found
    if not isinstance(found, _Pairs) or not any(key in found for key in KEYS):
        raise media_error("label.not_json")
    other_case = {name.lower(): name for name in found if name not in FIELDS}
    notes, values = [], {}
    for key in KEYS:
        value = found.get(key)
        if value is None and key.lower() in other_case:
            value = found[other_case[key.lower()]]
            notes.append(f"{key}:wrong_case")
        if value is None:
            notes.append(f"{key}:missing")
        elif not isinstance(value, str):
            notes.append(f"{key}:not_a_string")
        values[key] = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    label = AigcLabel.from_values(values)
    missing = {note.partition(":")[0] for note in notes if note.endswith(":missing")}
    notes += [f"{key}:bad_value" for key in label.problems() if key not in missing]
    notes += [f"{key}:duplicate" for key in KEYS if found.names.count(key) > 1]
    notes += [f"{key[:40]}:unknown" for key in list(found)[:_MOST_KEYS] if key.lower() not in _LOWER]
    return Reading(label, wrapped, tuple(notes), tuple(name[:40] for name in found.names[:_MOST_KEYS]))
