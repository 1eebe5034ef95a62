"""The exact bytes that a label's signatures cover (TC260-PG-202511A A.1; the binding is ours, docs/signatures.md)."""

import json
from dataclasses import dataclass
from enum import StrEnum

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.marks import Content

SHA256 = "2.16.840.1.101.3.4.2.1"  # OID of the content's hash


class Role(StrEnum):
    """Whose signature it is, and so which fields it covers and where it stands."""

    PRODUCER = "producer"  # ReservedCode1
    PROPAGATOR = "propagator"  # ReservedCode2


_FIELDS = {
    Role.PRODUCER: ("Label", "ContentProducer", "ProduceID"),
    Role.PROPAGATOR: ("Label", "ContentPropagator", "PropagateID"),
}
PLACE = {Role.PRODUCER: "ReservedCode1", Role.PROPAGATOR: "ReservedCode2"}


@dataclass(frozen=True)
class Binding:
    """What ties a label to its content.

    Attributes:
        method: the content method (marks.Content.method), `CntSel` in the file.
        sha256: hex, lower case.
    """

    method: str
    sha256: str

    @classmethod
    def of(cls, content: Content) -> "Binding":
        """The binding to this content."""
        return cls(content.method, content.sha256)

    def value(self) -> dict[str, str]:
        """As it stands in `Bindings`; the order of the keys is part of the signed bytes."""
        return {"CntSel": self.method, "AlgID": SHA256, "Hash": self.sha256}


def label_message(label: AigcLabel, role: Role) -> bytes:
    """`"Label":"1","ContentProducer":"...","ProduceID":"..."`: no braces, no spaces, UTF-8 (A.1).

    The propagator's message is the same with the propagator's two keys; the guide is silent on it.
    """
    values = label.values()
    text = ",".join(f"{_quoted(key)}:{_quoted(values[key])}" for key in _FIELDS[role])
    return text.encode("utf-8", "surrogatepass")  # a stranger's label may hold anything JSON can


def bound_message(label: AigcLabel, role: Role, binding: Binding) -> bytes:
    """The label's message, a comma, and the `Bindings` member byte for byte as it stands in the file."""
    member = json.dumps([binding.value()], separators=(",", ":"))
    return label_message(label, role) + b',"Bindings":' + member.encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
