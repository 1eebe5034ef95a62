"""Engines run only with a permit, and do what their descriptions promise."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from compliance.rules.errors import DomainError
from media_jobs.engines import faces, registry
from media_jobs.engines.errors import EngineError
from media_jobs.engines.registry import Permit

SAMPLES = Path(__file__).parents[2] / "samples"
MONA_LISA = SAMPLES / "leonardo_mona_lisa.png"
TANGUY = SAMPLES / "van_gogh_pere_tanguy.png"
COFFEE = SAMPLES / "sk_coffee.png"
CONSENTED = Permit(job_id="job-1", engine="face_blend", consents=("consent-1", "consent-2"))


def pixels(path: Path) -> Any:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_gateway_passes_the_file_through_unchanged(tmp_path: Path) -> None:
    output = tmp_path / "out.png"

    report = registry.get("gateway").run({"file": COFFEE}, output, permit=Permit("job-1", "gateway"))

    assert output.read_bytes() == COFFEE.read_bytes()
    assert report["sha256"] == hashlib.sha256(COFFEE.read_bytes()).hexdigest()
    assert (report["format"], report["width"], report["height"]) == ("PNG", 600, 400)


@pytest.mark.parametrize(("source", "target"), [(MONA_LISA, TANGUY), (TANGUY, MONA_LISA)])
def test_face_blend_replaces_the_face_and_nothing_else(source: Path, target: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.png"

    report = registry.get("face_blend").run({"source": source, "target": target}, output, permit=CONSENTED)

    before, after, box = pixels(target), pixels(output), report["face"]
    changed = np.abs(after - before).sum(axis=2) > 0
    inside = np.zeros_like(changed)
    inside[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]] = True
    assert before.shape == after.shape
    assert not changed[~inside].any()
    assert changed[inside].mean() > 0.6
    assert len(faces.detect(output)) == 1
    # Seamless: along the edge of the region the result steps no more than the painting itself does.
    edge = np.abs(np.diff(after, axis=1)).sum(axis=2)[inside[:, 1:] & ~changed[:, 1:]]
    assert edge.mean() < 3 * np.abs(np.diff(before, axis=1)).sum(axis=2).mean()


def test_face_blend_keeps_container_and_honours_rotation(tmp_path: Path) -> None:
    turned, output = tmp_path / "turned.jpg", tmp_path / "out.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(TANGUY) as picture:
        picture.convert("RGB").rotate(90, expand=True).save(turned, exif=exif, quality=95)

    report = registry.get("face_blend").run({"source": MONA_LISA, "target": turned}, output, permit=CONSENTED)

    assert (report["format"], report["width"], report["height"]) == ("JPEG", 394, 500)
    with Image.open(output) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (394, 500)
        assert not picture.getexif()


@pytest.mark.parametrize(
    ("source", "target", "code", "role"),
    [
        (COFFEE, TANGUY, "engines.no_face", "source"),
        (MONA_LISA, COFFEE, "engines.no_face", "target"),
    ],
)
def test_face_blend_names_the_picture_without_a_face(
    source: Path, target: Path, code: str, role: str, tmp_path: Path
) -> None:
    with pytest.raises(EngineError) as refused:
        registry.get("face_blend").run({"source": source, "target": target}, tmp_path / "o.png", permit=CONSENTED)

    assert (refused.value.code, refused.value.params["role"]) == (code, role)
    assert list(tmp_path.iterdir()) == []


def test_face_blend_takes_one_face_at_a_time(tmp_path: Path) -> None:
    both = Image.new("RGB", (720, 500), "white")
    for index, path in enumerate((MONA_LISA, TANGUY)):
        with Image.open(path) as picture:
            both.paste(picture.convert("RGB"), (index * 325, 0))
    both.save(tmp_path / "both.png")

    with pytest.raises(EngineError) as refused:
        registry.get("face_blend").run(
            {"source": tmp_path / "both.png", "target": TANGUY}, tmp_path / "o.png", permit=CONSENTED
        )

    assert (refused.value.code, refused.value.params["count"]) == ("engines.several_faces", 2)


def test_face_blend_refuses_a_face_nobody_would_recognise(tmp_path: Path) -> None:
    with Image.open(MONA_LISA) as picture:
        picture.convert("RGB").resize((97, 150)).save(tmp_path / "small.png")

    with pytest.raises(EngineError) as refused:
        registry.get("face_blend").run(
            {"source": tmp_path / "small.png", "target": TANGUY}, tmp_path / "o.png", permit=CONSENTED
        )

    assert refused.value.code == "engines.face_too_small"


@pytest.mark.parametrize(
    ("permit", "code"),
    [
        (Permit("job-1", "face_blend"), "engines.no_consent"),
        (Permit("job-1", "face_blend", ("",)), "engines.no_consent"),
        (Permit("job-1", "gateway", ("consent-1",)), "engines.wrong_permit"),
        (Permit("", "face_blend", ("consent-1",)), "engines.wrong_permit"),
    ],
)
def test_no_face_is_edited_without_a_consent(permit: Permit, code: str, tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        registry.get("face_blend").run({"source": MONA_LISA, "target": TANGUY}, tmp_path / "o.png", permit=permit)

    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_is_not_enabled_is_not_there(settings: Any, tmp_path: Path) -> None:
    blend = registry.get("face_blend")
    settings.ENGINES_ENABLED = ["gateway"]

    assert [engine.key for engine in registry.available()] == ["gateway"]
    with pytest.raises(DomainError, match=r"engines\.not_available"):
        registry.get("face_blend")
    with pytest.raises(DomainError, match=r"engines\.not_available"):
        blend.run({"source": MONA_LISA, "target": TANGUY}, tmp_path / "o.png", permit=CONSENTED)
    assert registry.describe("face_blend") is blend


def test_a_missing_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        registry.get("face_blend").run({"source": MONA_LISA}, tmp_path / "o.png", permit=CONSENTED)

    assert (refused.value.code, refused.value.params["role"]) == ("engines.missing_input", "target")


def test_the_declared_class_decides_the_article() -> None:
    gateway = registry.get("gateway")

    found = {item: str(gateway.art17_for(item)) for item, _title in gateway.art23}

    assert list(found.values()) == ["17.1(1)", "17.1(2)", "17.1(5)", "17.1(3)", "17.1(5)", "17.1(4)"]
    assert gateway.art17_for("") == "17.1(5)"


@pytest.mark.parametrize(
    ("medium", "items"),
    [
        ("text", ["23.1(1)"]),
        ("audio", ["23.1(2)", "23.1(3)"]),
        ("image", ["23.1(4)", "23.1(5)", "23.1(6)"]),
        ("video", ["23.1(2)", "23.1(3)", "23.1(4)", "23.1(5)", "23.1(6)"]),
    ],
)
def test_the_classes_offered_fit_the_medium(medium: str, items: list[str]) -> None:
    assert [item for item, _title in registry.get("gateway").classes(medium)] == items


def test_face_blend_takes_only_the_pictures_it_can_write() -> None:
    taken = {one.name for role in registry.get("face_blend").inputs for one in role.containers}

    assert taken == {"jpeg", "png", "webp"}
    assert registry.get("face_blend").art17_for("23.1(5)") == "17.1(3)"
