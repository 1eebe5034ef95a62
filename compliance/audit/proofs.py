"""Proofs to hand out: one event, a whole range, the growth between two sizes. Read them through `selectors`."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from compliance.audit import checkpoints, merkle, tlogproof, tree
from compliance.audit import entry as entries
from compliance.audit.keys import log_verifier, salt_key
from compliance.audit.models import Checkpoint, Disclosure, Event, Pending
from compliance.audit.ranges import outside
from compliance.rules.errors import DomainError, gettext_noop


def proof_bundle(event_id: str, *, disclose: Collection[str] = ()) -> dict[str, Any]:
    """Return everything that proves one event offline, for compliance/audit/offline/hallmark_verify.py.

    Args:
        event_id: the event.
        disclose: fields whose value and salt go along ("actor", "subject", "job", "work" or personal fields); the
            caller answers for the reader's right to them.

    Raises:
        DomainError: audit.not_found, audit.not_sequenced, audit.not_signed, audit.not_disclosed.
    """
    found = Event.objects.filter(event_id=event_id).first()
    if found is None:
        raise _no_event(event_id)
    signed = Checkpoint.objects.filter(size__gt=found.seq).order_by("-size").first()
    if signed is None:
        raise DomainError(
            "audit.not_signed",
            gettext_noop("This event is in the log, but no signed checkpoint covers it yet."),
            gettext_noop("Try again in a few seconds; if that does not help, start the log's sequencer."),
            status=409,
        )
    path = merkle.inclusion_proof(found.seq, signed.size, tree.TileTree(signed.size).node)
    bundle: dict[str, Any] = {
        "format": "hallmark-proof@v1",
        "entry": found.entry,
        "tlog_proof": tlogproof.dump(found.seq, path, signed.note),
        "vkey": log_verifier().vkey,
    }
    if found.sha256:
        bundle["file_sha256"] = found.sha256
    if disclose:
        bundle["disclosures"] = _disclosures(found, disclose)
    return bundle


def _no_event(event_id: str) -> DomainError:
    if Pending.objects.filter(pk=event_id).exists():
        return DomainError(
            "audit.not_sequenced",
            gettext_noop("This event is recorded, but not in the log's tree yet."),
            gettext_noop("Try again in a few seconds; if that does not help, start the log's sequencer."),
            status=409,
        )
    return DomainError(
        "audit.not_found",
        gettext_noop("There is no such event in the log."),
        gettext_noop("Check the event id."),
        status=404,
    )


def _disclosures(found: Event, fields: Collection[str]) -> list[dict[str, str]]:
    row = Disclosure.objects.filter(pk=found.event_id).first()
    opened: dict[str, list[str]] = json.loads(row.sealed) if row else {}
    pointers = {"actor": f"{found.actor_kind}:{found.actor}"}
    pointers |= {name: getattr(found, name) for name in ("subject", "job", "work") if getattr(found, name)}
    for name, value in pointers.items():
        opened[name] = [entries.pointing_salt(salt_key(), found.event_id, name).hex(), value]
    if missing := sorted(set(fields) - set(opened)):
        raise DomainError(
            "audit.not_disclosed",
            gettext_noop("These fields of the event cannot be disclosed: %(fields)s."),
            gettext_noop("They were erased or never recorded; ask for the proof without them."),
            status=410,
            params={"fields": ", ".join(missing)},
        )
    return [{"field": name, "salt": opened[name][0], "value": opened[name][1]} for name in fields]


def consistency(old_size: int, new_size: int) -> list[bytes]:
    """Return the proof that the log of new_size events extends that of old_size.

    Raises:
        DomainError: audit.bad_range - not 0 < old_size <= new_size <= the log's size.
    """
    if not 0 < old_size <= new_size <= tree.head()[0]:
        raise _bad_range()
    return merkle.consistency_proof(old_size, new_size, tree.TileTree(new_size).node)


def _bad_range() -> DomainError:
    return DomainError(
        "audit.bad_range",
        gettext_noop("The log does not hold this range."),
        gettext_noop("Choose a range within the latest checkpoint."),
    )


def range_bundle(first: int, count: int, *, old_size: int | None = None) -> Iterator[str]:
    """Yield the lines (JSON, without newline) that prove a whole range of entries: nothing in it is left out.

    Args:
        first: position of the first entry.
        count: how many entries.
        old_size: also prove that the log extends the checkpoint of that size.

    Raises:
        DomainError: audit.bad_range - the range is not within the latest checkpoint, or old_size has no checkpoint.
    """
    signed = Checkpoint.objects.order_by("-size").first()
    if signed is None or first < 0 or count < 1 or first + count > signed.size:
        raise _bad_range()
    node = tree.TileTree(signed.size).node
    header: dict[str, Any] = {
        "format": "hallmark-range@v1",
        "vkey": log_verifier().vkey,
        "first": first,
        "count": count,
        "checkpoint": signed.note,
        "outside": [
            checkpoints.encode_hash(merkle.range_root(lo, hi, node)) for lo, hi in outside(first, count, signed.size)
        ],
    }
    if old_size is not None:
        old = Checkpoint.objects.filter(pk=old_size).first()
        if old is None:
            raise _bad_range()
        proof = merkle.consistency_proof(old.size, signed.size, node)
        header["old_checkpoint"] = old.note
        header["consistency"] = [checkpoints.encode_hash(item) for item in proof]
    return _range_lines(header, first, count)


def _range_lines(header: dict[str, Any], first: int, count: int) -> Iterator[str]:
    yield json.dumps(header, ensure_ascii=False, sort_keys=True)
    query = Event.objects.filter(seq__gte=first, seq__lt=first + count).order_by("seq")
    yield from query.values_list("entry", flat=True).iterator()
