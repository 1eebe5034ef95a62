"""Sign the committed head as a checkpoint, outside the sequencer's transaction, and never fork the log."""

from pathlib import Path

from django.conf import settings

from compliance.audit import checkpoints, guard, tree
from compliance.audit.keys import signing_seed
from compliance.audit.models import Checkpoint


class SigningRefusedError(Exception):
    """The head is not consistent with what was signed before; signing it would fork the log."""


def sign_head() -> int | None:
    """Sign a checkpoint for the committed head and return its size; None when it is signed already or empty.

    The guard file is written before the checkpoint is published: after a crash in between, the next call signs the
    same head again (Ed25519 gives the same bytes).

    Raises:
        SigningRefusedError: the database was rolled back, replaced or damaged.
    """
    path = Path(settings.AUDIT_GUARD_FILE)
    with guard.locked(path):
        size, root = tree.head()
        published = Checkpoint.objects.filter(pk=size).exists()
        last = _last_signed(path)
        if last is None and Checkpoint.objects.exists():
            raise SigningRefusedError(f"checkpoints were signed before, but {path} is missing: restore it")
        if size == 0 and last is None:
            return None
        _refuse_fork(size, root, last)
        if published and last is not None and last.size == size:
            return None
        checkpoint = checkpoints.Checkpoint(settings.AUDIT_ORIGIN, size, root)
        note = checkpoints.sign(checkpoint, signing_seed())
        guard.write(path, guard.Signed(checkpoint.origin, size, root))
        if not published:
            Checkpoint.objects.create(size=size, root=root, note=note)
        return size


def _last_signed(path: Path) -> guard.Signed | None:
    try:
        last = guard.read(path)
    except guard.GuardError as error:
        raise SigningRefusedError(str(error)) from error
    if last is not None and last.origin != settings.AUDIT_ORIGIN:
        raise SigningRefusedError(f"{path} belongs to the log {last.origin}: give every log a guard file of its own")
    return last


def _refuse_fork(size: int, root: bytes, last: guard.Signed | None) -> None:
    if last is not None and size < last.size:
        raise SigningRefusedError(
            f"the database holds {size} events, but {last.size} were signed: it was restored from an older backup"
        )
    reader = tree.TileTree(size)
    try:
        if reader.root() != root:
            raise SigningRefusedError("the tiles do not give the head's root: run audit_fsck")
        if last is not None and reader.root(last.size) != last.root:
            raise SigningRefusedError(f"the first {last.size} events are not those that were signed: run audit_fsck")
    except tree.TreeError as error:
        raise SigningRefusedError(f"{error}: run audit_fsck") from error
