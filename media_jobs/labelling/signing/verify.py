"""Check a label's signature: five answers that are never mixed into one."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.marks import Content
from media_jobs.labelling.signing import algorithms, messages, security_data
from media_jobs.labelling.signing.keys import KeySet, Status
from media_jobs.labelling.signing.messages import PLACE, Role
from media_jobs.labelling.signing.security_data import BOUND, LABEL, SecurityData, Signature

_NOT_CANONICAL = "form:not_canonical"


@dataclass(frozen=True)
class Verdict:
    """What one ReservedCode proves.

    Attributes:
        role: "producer" or "propagator".
        present: something stands there.
        form: "none", "opaque" (not SecurityData: a vendor's own string), "malformed", "security_data".
        label: the role's three fields: "intact"; "failed" (the signature is not over these values);
            "unverifiable" (an algorithm or a message form that is not known here); "absent".
        content: "equal", "different"; "bound" (no content was given to compare); "incomparable" (the file's content
            is digested by another method: it was converted); "failed" (the binding itself was changed); "stripped"
            (a key that always binds, and no binding); "unbound"; "unverifiable"; "absent".
        signer: "known"; "unknown" (intact by a key that the file itself brings, which anybody can do; or not intact);
            "other_provider" (a known key that does not sign for this code); "revoked"; "outside_validity"; "absent".
        period: the known key's time: "in_force" (it signs today), "within" (the given time lies in it), "outside",
            "unproven" (retired, and no time is given: a label bears none), "".
        key_id, algorithm: of the signature that was looked at, "" where there is none.
        variants: departures from the guide's form, "where:what"; "form:not_canonical" for SecurityData by a key that
            always writes ours (binds), in any other bytes.
    """

    role: str
    present: bool
    form: str
    label: str = "absent"
    content: str = "absent"
    signer: str = "absent"
    period: str = ""
    key_id: str = ""
    algorithm: str = ""
    variants: tuple[str, ...] = ()

    @property
    def well_formed(self) -> bool:
        """SecurityData in exactly the guide's form."""
        return self.form == "security_data" and not self.variants

    @property
    def genuine(self) -> bool:
        """The label is the known signer's, unchanged in every byte, and on the content it was made for."""
        proven = (self.label, self.content, self.signer) == ("intact", "equal", "known")
        return proven and _NOT_CANONICAL not in self.variants

    def as_json(self) -> dict[str, Any]:
        """All of it, JSON-able."""
        said = asdict(self)
        said["variants"] = list(self.variants)
        return said | {"well_formed": self.well_formed, "genuine": self.genuine}


def verify(
    label: AigcLabel,
    content: Content | None,
    keys: KeySet,
    *,
    role: Role = Role.PRODUCER,
    when: datetime | None = None,
) -> Verdict:
    """Check the signature in ReservedCode1 (producer) or ReservedCode2 (propagator).

    Args:
        label: as found.
        content: digest of the file it was found in, by the container's carrier; None to check the label alone.
        keys: whom to believe.
        when: a time at which the label existed, where something else proves one (the log's entry, a time-stamp).

    Never raises, whatever the label holds.
    """
    text = label.values()[PLACE[role]]
    if not text:
        return Verdict(str(role), present=False, form="none")
    try:
        data = security_data.parse(text)
    except ValueError:
        return Verdict(str(role), present=True, form="malformed", label="unverifiable", content="unverifiable")
    if data is None:
        return Verdict(str(role), present=True, form="opaque", label="unverifiable", content="unverifiable")
    return _Judgement(label, role, data, keys).verdict(content, when)


def verify_all(
    label: AigcLabel, content: Content | None, keys: KeySet, *, when: datetime | None = None
) -> dict[str, Verdict]:
    """Both roles' verdicts, by role."""
    return {str(role): verify(label, content, keys, role=role, when=when) for role in Role}


class _Judgement:
    """One SecurityData against one label: signatures are checked once, the answers read off."""

    def __init__(self, label: AigcLabel, role: Role, data: SecurityData, keys: KeySet) -> None:
        over_label = [one for one in data.signatures if one.covers == LABEL]
        over_both = [one for one in data.signatures if one.covers == BOUND]
        self.label, self.role, self.data = label, role, data
        self.first = next(iter(over_label or over_both or data.signatures), None)
        self.known = None if self.first is None else keys.find(self.first.key_id, data.key(self.first.key_id))
        self.bound: bool | None = None
        if data.binding is not None:
            self.bound = self._all(over_both, messages.bound_message(label, role, data.binding))
        if self.known is not None and self.known.binds and not self._is_canonical(over_label, over_both):
            data.variants.append(_NOT_CANONICAL)
        # the bound message holds the label's fields too
        self.fields = self._all(over_label, messages.label_message(label, role)) if over_label else self.bound

    def verdict(self, content: Content | None, when: datetime | None) -> Verdict:
        if self.first is None:
            return Verdict(str(self.role), present=True, form="security_data", variants=tuple(self.data.variants))
        return Verdict(
            str(self.role),
            present=True,
            form="security_data",
            label=self._label(),
            content=self._content(content),
            signer=self._signer(when),
            period=self._period(when),
            key_id=self.first.key_id,
            algorithm=self.first.algorithm,
            variants=tuple(self.data.variants),
        )

    def _is_canonical(self, over_label: list[Signature], over_both: list[Signature]) -> bool:
        known, binding = self.known, self.data.binding
        if known is None or binding is None or len(over_label) != 1 or len(over_both) != 1:
            return False
        made = security_data.compose(
            known.key_id, known.public_key, label=over_label[0].value, bound=over_both[0].value, binding=binding
        )
        return made == self.label.values()[PLACE[self.role]]

    def _all(self, signatures: list[Signature], message: bytes) -> bool | None:
        """Whether all of them are over `message`; None where there are none or one cannot be checked."""
        said = [self._one(one, message) for one in signatures]
        return None if not said or None in said else False not in said

    def _one(self, one: Signature, message: bytes) -> bool | None:
        """By the pinned key where there is one: a key inside the file proves only that nobody slipped."""
        if self.known is not None:
            if one.algorithm != self.known.algorithm:
                return False
            return algorithms.verified(one.algorithm, self.known.public_key, message, one.value)
        key = self.data.key(one.key_id)
        return None if key is None else algorithms.verified(one.algorithm, key, message, one.value)

    def _label(self) -> str:
        if self.fields is None:
            return "unverifiable"
        # A stranger who spells it his own way may also sign other bytes than the guide's: that is no proof of a change.
        foreign = self.known is None and bool(self.data.variants)
        return "intact" if self.fields else "unverifiable" if foreign else "failed"

    def _content(self, content: Content | None) -> str:
        binding = self.data.binding
        if binding is None or self.bound is None:
            if self.known is not None and self.known.binds:
                return "stripped"
            return "unbound" if binding is None and not self.data.foreign_binding else "unverifiable"
        if not self.bound:
            return "failed"
        if content is None:
            return "bound"
        if content.method != binding.method:
            return "incomparable"
        return "equal" if content.sha256 == binding.sha256 else "different"

    def _signer(self, when: datetime | None) -> str:
        if self.known is None or not self.fields:
            return "unknown"
        producer = self.role == Role.PRODUCER
        if self.known.provider != (self.label.content_producer if producer else self.label.content_propagator):
            return "other_provider"
        inside = when is None or self.known.covers(when)
        if self.known.status == Status.REVOKED and not (when and self.known.not_after and inside):
            return "revoked"
        return "known" if inside else "outside_validity"

    def _period(self, when: datetime | None) -> str:
        if self.known is None:
            return ""
        if when is not None:
            return "within" if self.known.covers(when) else "outside"
        return "in_force" if self.known.status == Status.ACTIVE else "unproven"
