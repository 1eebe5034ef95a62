"""Signed last, in every container: the manifest validates, the label and the media are as they were."""

import base64
from pathlib import Path

import pytest

from media_jobs.labelling import c2pa, containers
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.c2pa import EMBEDDED, Identity
from media_jobs.labelling.containers import CONTAINERS, Container
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Carrier, Marks
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.signing import KeySet, KeySigner, PublishedKey, sign_label, verify_all
from tests.media_jobs.labelling.c2pa.conftest import facts
from tests.media_jobs.labelling.c2pa.makers import make

SIGNER = KeySigner("11" * 32)
KEYS = KeySet([PublishedKey.of(SIGNER.public_key, provider=DEVELOPMENT_CODE)])
CONVENTION = Path(__file__).resolve().parents[4] / "docs" / "signatures.md"


def of(container: Container) -> Carrier | None:
    """The container's carrier; None for one that has none yet."""
    try:
        return carrier(container)
    except MediaError:
        return None


@pytest.mark.parametrize("name", [name for name, one in CONTAINERS.items() if getattr(one, "writable", True)])
def test_the_manifest_validates_and_the_label_stays(name: str, identity: Identity, tmp_path: Path) -> None:
    container = CONTAINERS[name]
    made, marked, target = (tmp_path / f"{step}.{container.endings[0]}" for step in ("made", "marked", "target"))
    make(name, made)
    label, marks = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="work-1"), of(container)
    if marks is None:
        marked = made
    else:
        label = sign_label(label, marks.content(made), SIGNER)
        marks.write(made, marked, Marks(label, TRAINED_ALGORITHMIC_MEDIA))

    report = c2pa.sign_file(marked, target, container=container, facts=facts(), identity=identity)

    sidecar = base64.b64decode(report["sidecar"]) or None
    read = c2pa.read_file(target, container=container, sidecar=sidecar, anchors=identity.anchors)
    assert (read["state"], read["errors"]) == ("Trusted", [])
    assert report["embedded"] == (sidecar is None)
    # an HEIC that the library would break gets a sidecar, whichever way its carrier lays out its items
    assert report["embedded"] == (name in EMBEDDED) or name == "heic"
    assert containers.recognise(target, name=target.name) == container
    if sidecar is not None:
        assert target.read_bytes() == marked.read_bytes()
    if marks is not None:
        found, content = marks.read(target), marks.content(target)
        beside = container.place == "sidecar"  # a plain text, which has no room for a label
        assert [AigcLabel.from_json(claim.text) for claim in found.claims] in ([label], [] if beside else [label])
        assert (found.damaged, found.c2pa) == ("", sidecar is None)
        assert content == marks.content(made)
        assert all(verdict.genuine for verdict in verify_all(label, content, KEYS).values())
        assert f"`{content.method}`" in CONVENTION.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["jpeg", "png", "mp4", "wav", "pdf", "mkv", "docx"])
def test_a_byte_changed_afterwards_is_found(name: str, identity: Identity, tmp_path: Path) -> None:
    container = CONTAINERS[name]
    source, target = tmp_path / "source", tmp_path / f"target.{container.endings[0]}"
    make(name, source.with_suffix(target.suffix)).rename(source)
    report = c2pa.sign_file(source, target, container=container, facts=facts(), identity=identity)
    data = bytearray(target.read_bytes())
    at = _of_the_media(source.read_bytes(), bytes(data))
    data[at] ^= 1
    target.write_bytes(data)

    sidecar = base64.b64decode(report["sidecar"]) or None
    read = c2pa.read_file(target, container=container, sidecar=sidecar, anchors=identity.anchors)

    assert (read["state"], read["valid"]) == ("Invalid", False)
    assert [code for code in read["errors"] if code.endswith("Hash.mismatch")]


def _of_the_media(before: bytes, after: bytes) -> int:
    """A place in `after` that is no part of the manifest or of the file's skeleton."""
    if before.startswith(b"%PDF"):
        return after.rfind(b"612 792")  # the page's width
    for size in range(min(len(before), 400), 8, -1):
        for start in range(len(before) - size, -1, -size):
            at = after.rfind(before[start : start + size])
            if at >= 0:
                return at + size // 2
    raise AssertionError
