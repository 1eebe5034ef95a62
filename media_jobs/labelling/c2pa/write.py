"""Sign a finished file: the last step, because any later change breaks the manifest."""

import base64
import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from media_jobs.labelling.c2pa import manifest
from media_jobs.labelling.c2pa.chain import Identity
from media_jobs.labelling.c2pa.facts import Facts, is_base64
from media_jobs.labelling.c2pa.library import EMBEDDED, PLAIN, context, media_type, sdk
from media_jobs.labelling.c2pa.read import OWN_BYTES, read_file
from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.metadata import carrier

_CHUNK = 1024 * 1024


def sign_file(
    source: Path,
    target: Path,
    *,
    container: Container,
    facts: Facts,
    identity: Identity,
    tsa_url: str = "",
    parent: tuple[Path, Container] | None = None,
    anchors: str = "",
) -> dict[str, Any]:
    """Write `target`: `source` with a manifest in it, or unchanged with the manifest in the report.

    Args:
        source: the labelled file, not touched any more afterwards.
        target: another path; replaced when it exists, not written when an error is raised.
        container: what the file is.
        facts: what to say.
        identity: who signs.
        tsa_url: http(s) address of an RFC 3161 time-stamping service; "" for none.
        parent: the file that this one was made from, whose own manifest shall go along (a propagator's hand-over).
            An altered work without it names its parent without a word about it.
        anchors: PEM of more roots to believe in the read-back (that of the time-stamping service).

    Returns:
        embedded (bool); sidecar (base64 of the .c2pa to put beside the file, "" where it is embedded); state
        ("Trusted", or "Valid" where no root is known); issuer; time (of the time-stamp, ""); manifest_bytes; sha256,
        size: of `target`.

    Raises:
        MediaError: c2pa.bad_chain, c2pa.not_signed, c2pa.does_not_validate, media.cannot_write.
    """
    identity.check()
    if facts.watermark is not None and not is_base64(facts.watermark.value):
        raise media_error("c2pa.not_signed", reason="watermark")
    part = target.with_name(f".{target.name}.c2pa-part")
    job = _Job(source, part, container, facts, identity, tsa_url, parent)
    believed = identity.anchors + anchors
    embeds = container.name in EMBEDDED
    try:
        store = job.embedded() if embeds else b""
        embeds = embeds and _untouched(source, part, container)
        if not embeds:
            store = job.beside()
        sidecar = None if embeds else store
        read = read_file(part, container=container, sidecar=sidecar, anchors=believed, max_bytes=OWN_BYTES)
        if not read["valid"] or (believed and not read["trusted"]):
            reason = ", ".join(read["errors"]) or read["state"] or "absent"
            raise media_error("c2pa.does_not_validate", reason=reason[:200])
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        raise media_error("media.cannot_write") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    return {
        "embedded": embeds,
        "sidecar": "" if embeds else base64.b64encode(store).decode(),
        "state": read["state"],
        "issuer": read["issuer"],
        "time": read["time"],
        "manifest_bytes": len(store),
        "sha256": _sha256(target),
        "size": target.stat().st_size,
    }


def _untouched(source: Path, part: Path, container: Container) -> bool:
    """Whether media and labels are the same after embedding.

    The library moves the media to make room and does not always get their new places right (HEIC whose items have a
    base of 0 and an offset): such a file would validate, and no viewer would open it. It gets a sidecar instead.
    """
    try:
        marks = carrier(container)
    except MediaError:  # nothing that this house writes; the library's own word must do
        return True
    try:
        before, after = marks.read(source), marks.read(part)
        return before.claims == after.claims and not after.damaged and marks.content(source) == marks.content(part)
    except MediaError:
        return False


@dataclass(frozen=True)
class _Job:
    """One file to be signed; `part` is what becomes of it."""

    source: Path
    part: Path
    container: Container
    facts: Facts
    identity: Identity
    tsa_url: str
    parent: tuple[Path, Container] | None

    def embedded(self) -> bytes:
        """Write `part` with the manifest in it; the manifest store."""
        return self._sign(self.part, media_type(self.container))

    def beside(self) -> bytes:
        """Write `part` as a copy; the manifest store that goes beside it, with a hash over the whole file."""
        shutil.copyfile(self.source, self.part)
        return self._sign(None, PLAIN)

    def _sign(self, target: Path | None, kind: str) -> bytes:
        body = manifest.definition(self.facts)
        if (self.facts.altered or self.facts.handed_over) and self.parent is None:
            body["ingredients"] = [manifest.PARENT_INGREDIENT]
        refusals: list[MediaError] = []

        def signature(data: bytes) -> bytes:
            try:
                r, s = decode_dss_signature(self.identity.signer.sign(data))
            except MediaError as error:
                refusals.append(error)
                raise
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")  # COSE wants the two numbers bare (RFC 9053)

        chain, tsa = self.identity.chain, self.tsa_url or None
        try:
            with (
                context(self.identity.anchors) as settings,
                sdk().Signer.from_callback(signature, sdk().C2paSigningAlg.ES256, chain, tsa) as signer,
                sdk().Builder(json.dumps(body), settings) as builder,
                self.source.open("rb") as before,
                (target or Path(os.devnull)).open("w+b") as after,
            ):
                if self.parent is not None:
                    path, container = self.parent
                    with path.open("rb") as stream:
                        builder.add_ingredient(manifest.PARENT_INGREDIENT, media_type(container), stream)
                if target is None:
                    builder.set_no_embed()
                return bytes(builder.sign(signer, kind, before, after))
        except sdk().C2paError as error:
            if refusals:
                raise refusals[0] from error
            raise media_error("c2pa.not_signed", reason=type(error).__name__.removeprefix("_C2pa")) from error


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
