"""What a manifest says (regulation brief, checks 64-66, 69), and what it must not say."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from media_jobs.labelling import c2pa
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.c2pa import Facts, Identity, Watermark, salted
from media_jobs.labelling.c2pa.library import sdk
from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.digital_source import COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA, TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Marks
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from tests.media_jobs.labelling.c2pa.conftest import MADE_AT, facts
from tests.media_jobs.labelling.c2pa.makers import make

PNG = CONTAINERS["png"]
MARK = Watermark("org.hallmark.lattice.v1", "AAECAw==")
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A labelled PNG."""
    marked = tmp_path / "marked.png"
    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="work-1")
    carrier(PNG).write(make("png", tmp_path / "made.png"), marked, Marks(label, TRAINED_ALGORITHMIC_MEDIA))
    return marked


def signed(source: Path, identity: Identity, said: Facts, **more: Any) -> tuple[Path, dict[str, Any]]:
    target = source.with_name("signed.png")
    c2pa.sign_file(source, target, container=PNG, facts=said, identity=identity, **more)
    return target, c2pa.read_file(target, anchors=identity.anchors)


def whole(path: Path) -> dict[str, Any]:
    """The active manifest as the library's own reader gives it."""
    with path.open("rb") as stream, sdk().Reader("image/png", stream) as reader:
        store = json.loads(reader.json())
        return dict(store["manifests"][store["active_manifest"]])


def test_a_generated_work(source: Path, identity: Identity) -> None:
    _, read = signed(source, identity, facts())

    first = read["actions"][0]
    assert [one["action"] for one in read["actions"]] == ["c2pa.created", "c2pa.addedText", "c2pa.edited.metadata"]
    assert first["source_type"] == TRAINED_ALGORITHMIC_MEDIA
    assert (first["agent"], first["agent_version"]) == ("face_blend", "2.1")
    assert first["when"] == "2026-11-22T08:00:00Z"
    assert "AI生成" in read["actions"][1]["description"]
    assert read["generator"]["name"] == "Hallmark"
    assert read["generator"]["version"]
    assert (read["ingredients"], read["watermarks"], read["consent"]) == ([], [], {})


def test_an_altered_work_names_its_parent_and_nothing_of_it(source: Path, identity: Identity) -> None:
    said = facts(altered=True, source_type=COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA, label_text="AI合成")

    target, read = signed(source, identity, said)

    assert [one["action"] for one in read["actions"]][:2] == ["c2pa.opened", "c2pa.edited"]
    assert read["source_types"] == [COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA]
    assert read["ingredients"] == [{"relationship": "parentOf", "title": "original", "has_manifest": False}]
    assert "thumbnail" not in json.dumps(whole(target))


@pytest.mark.parametrize("watermark", [None, MARK])
def test_watermarked_if_and_only_if_there_is_a_soft_binding(
    source: Path, identity: Identity, watermark: Watermark | None
) -> None:
    target, read = signed(source, identity, facts(watermark=watermark))

    actions = [one["action"] for one in read["actions"]]
    labels = [one["label"] for one in whole(target)["assertions"]]
    assert ("c2pa.watermarked" in actions) == ("c2pa.soft-binding" in labels) == (watermark is not None)
    assert read["watermarks"] == ([] if watermark is None else ["org.hallmark.lattice.v1"])


def test_latent_disclosure(source: Path, identity: Identity) -> None:
    """Provider, system and version, date and time, unique number, created or altered (check 66)."""
    _, read = signed(source, identity, facts(altered=True))

    assert read["label"] == {
        "provider": DEVELOPMENT_CODE,
        "provider_name": "示例",
        "produce_id": "work-1",
        "system": {"name": "face_blend", "version": "2.1"},
        "time": "2026-11-22T08:00:00Z",
        "kind": "altered",
    }


def test_manifest_label_and_iptc_agree(source: Path, identity: Identity) -> None:
    """Check 69."""
    target, read = signed(source, identity, facts())

    found = carrier(PNG).read(target)
    [claim] = found.claims
    metadata = next(one["data"] for one in whole(target)["assertions"] if one["label"] == "c2pa.metadata")
    assert read["source_types"] == found.source_types == [metadata["Iptc4xmpExt:DigitalSourceType"]]
    assert read["source_types"][0].startswith(IPTC)
    assert json.loads(claim.text)["ProduceID"] == read["label"]["produce_id"]
    assert json.loads(claim.text)["ContentProducer"] == read["label"]["provider"]


def test_mining_is_reserved_and_checking_is_not(source: Path, identity: Identity) -> None:
    target, _ = signed(source, identity, facts())

    entries = next(one["data"] for one in whole(target)["assertions"] if one["label"] == "cawg.training-mining")
    assert {name.removeprefix("cawg."): entry["use"] for name, entry in entries["entries"].items()} == {
        "data_mining": "notAllowed",
        "ai_training": "notAllowed",
        "ai_generative_training": "notAllowed",
        "ai_inference": "allowed",
    }


def test_a_heard_label_is_no_text(source: Path, identity: Identity) -> None:
    _, read = signed(source, identity, facts(label_is_heard=True))

    assert "c2pa.addedText" not in [one["action"] for one in read["actions"]]


def test_an_exempted_work_claims_no_visible_label(source: Path, identity: Identity) -> None:
    _, read = signed(source, identity, facts(label_text=""))

    assert [one["action"] for one in read["actions"]] == ["c2pa.created", "c2pa.edited.metadata"]


def test_consent_is_a_hash_that_links_no_two_works(source: Path, identity: Identity) -> None:
    receipts = [b"receipt one", b"receipt two"]
    first, salt = salted(receipts)
    second, _ = salted(receipts)

    _, read = signed(source, identity, facts(consent=first))

    assert first != second
    assert read["consent"] == {"alg": "sha256", "hash": first}
    digests = sorted(hashlib.sha256(one).digest() for one in receipts)
    assert hashlib.sha256(bytes.fromhex(salt) + b"".join(digests)).hexdigest() == first
    assert salted(receipts[::-1], salt=bytes.fromhex(salt))[0] == first


def test_a_propagator_signs_anew_with_the_former_manifest_as_parent(source: Path, identity: Identity) -> None:
    """Check 68: after our own propagation step the manifest still validates."""
    first, _ = signed(source, identity, facts())
    before = first.rename(first.with_name("first.png"))
    rewritten = source.with_name("rewritten.png")
    label = AigcLabel("1", DEVELOPMENT_CODE, "work-1", "", "001191330106MA2CFLDG4R10001", "t-1", "")
    carrier(PNG).write(before, rewritten, Marks(label, TRAINED_ALGORITHMIC_MEDIA))
    broken = c2pa.read_file(rewritten, anchors=identity.anchors)

    _, read = signed(rewritten, identity, facts(altered=True), parent=(before, PNG))

    assert broken["errors"] == ["assertion.dataHash.mismatch"]
    assert (read["state"], read["errors"]) == ("Trusted", [])
    assert read["ingredients"] == [{"relationship": "parentOf", "title": "original", "has_manifest": True}]


def test_facts_survive_the_way_to_a_child() -> None:
    said = facts(watermark=MARK, consent="ab" * 32)

    assert Facts.from_json(json.loads(json.dumps(said.as_json()))) == said
    assert said.made_at == MADE_AT


def test_a_watermark_that_is_no_base64_is_refused(source: Path, identity: Identity) -> None:
    with pytest.raises(MediaError, match=r"c2pa\.not_signed"):
        signed(source, identity, facts(watermark=Watermark("org.hallmark.lattice.v1", "not base64!")))
