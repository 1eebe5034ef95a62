"""label_file: the same kind of file, labelled, whole or not at all; and read back by another path."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import jpeg, png, webp
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import (
    INJECT,
    LABEL,
    OTHER,
    SAMPLES,
    SOURCE,
    encoded,
    foreign,
    sample,
    saved,
    small,
)

FORMATS = ["jpeg", "png", "webp"]


def labelled(source: Path, **options: str) -> tuple[Path, dict[str, object]]:
    """Label and read back; every label in these tests has to be conformant."""
    target = source.with_name("out" + source.suffix)
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE, **options)
    checked = check_file(target, expected=LABEL, report=report, original=source)
    assert checked["conformant"], checked["findings"]
    return target, report


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.png")))
@pytest.mark.parametrize("container", FORMATS)
def test_every_sample_in_every_container(tmp_path: Path, container: str, name: str) -> None:
    source = saved(tmp_path, sample(name), container)

    target, report = labelled(source)

    found = read_file(target)
    assert found["format"] == report["container"] == container
    assert [label["values"] for label in found["labels"]] == [LABEL.values()]
    assert found["labels"][0]["location"] == report["location"]
    assert found["digital_source_types"] == [SOURCE]
    assert report["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert report["ink_height"] >= report["required_height"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [source.name, target.name]


@pytest.mark.parametrize("container", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_label_is_upright_as_people_see_it(tmp_path: Path, container: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    source = saved(tmp_path, small(), container, exif=exif.tobytes())

    target, _ = labelled(source)

    with Image.open(source) as before, Image.open(target) as after:
        assert after.size == before.size
        assert after.getexif()[0x0112] == orientation
        seen_before, seen_after = ImageOps.exif_transpose(before), ImageOps.exif_transpose(after)
        change = np.abs(np.asarray(seen_before.convert("L"), int) - np.asarray(seen_after.convert("L"), int)) > 60
    rows, columns = np.flatnonzero(change.any(axis=1)), np.flatnonzero(change.any(axis=0))
    assert rows[0] > seen_after.height / 2
    assert columns[0] > seen_after.width / 2
    assert columns[-1] - columns[0] > rows[-1] - rows[0]


@pytest.mark.parametrize("container", FORMATS)
def test_profile_exif_and_other_xmp_stay(tmp_path: Path, container: str) -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x013B] = "An artist"
    data = encoded(small(), container, icc_profile=icc, exif=exif.tobytes())
    module = {"jpeg": jpeg, "png": png, "webp": webp}[container]
    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' dc:format='kept'/>"
        "</rdf:RDF></x:xmpmeta>"
    )
    source = tmp_path / f"in.{container}"
    source.write_bytes(module.inject(data, packet.encode()))

    target, _ = labelled(source)

    with Image.open(target) as image:
        assert image.info["icc_profile"] == icc
        assert image.getexif()[0x013B] == "An artist"
    assert b'dc:format="kept"' in module.xmp(target.read_bytes())[0]


@pytest.mark.parametrize(
    ("image", "container", "mode"),
    [
        (small().convert("L"), "jpeg", "L"),
        (small().convert("L"), "png", "L"),
        (small().convert("LA"), "png", "LA"),
        (small().quantize(100), "png", "P"),
        (small().quantize(256), "png", "RGB"),
        (small().convert("1"), "png", "L"),
        (Image.merge("RGBA", [*small().split(), small().getchannel(0)]), "png", "RGBA"),
        (Image.merge("RGBA", [*small().split(), small().getchannel(0)]), "webp", "RGBA"),
        (Image.fromarray(np.linspace(0, 65535, 300 * 200).reshape(200, 300).astype(np.uint16)), "png", "I;16"),
    ],
    ids=["grey jpeg", "grey", "grey alpha", "palette", "full palette", "bilevel", "alpha", "alpha webp", "16-bit grey"],
)
def test_modes(tmp_path: Path, image: Image.Image, container: str, mode: str) -> None:
    target, report = labelled(saved(tmp_path, image, container))

    with Image.open(target) as after:
        assert (after.mode, report["mode"], after.size) == (mode, mode, image.size)


@pytest.mark.parametrize(("colours", "mode"), [(100, "P"), (256, "RGBA")])
def test_a_transparent_palette(tmp_path: Path, colours: int, mode: str) -> None:
    source = saved(tmp_path, small().quantize(colours), "png", transparency=0)

    target, report = labelled(source)

    with Image.open(source) as before, Image.open(target) as after:
        assert after.mode == mode
        corner = (0, 0, 150, 100)
        assert after.convert("RGBA").crop(corner).tobytes() == before.convert("RGBA").crop(corner).tobytes()
    assert report["notes"] == ([] if mode == "P" else ["palette_to_rgb"])


def test_a_lossless_webp_stays_lossless(tmp_path: Path) -> None:
    target, report = labelled(saved(tmp_path, small(), "webp", lossless=True))

    assert webp.is_lossless(target.read_bytes())
    assert report["lossless"] is True


def test_a_progressive_jpeg_stays_progressive(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, small(), "jpeg", progressive=True))

    with Image.open(target) as after:
        assert after.info["progressive"]


@pytest.mark.parametrize("size", [(64, 64), (2000, 40), (40, 2000), (32, 32), (1000, 600)])
@pytest.mark.parametrize("container", FORMATS)
def test_sizes(tmp_path: Path, container: str, size: tuple[int, int]) -> None:
    _, report = labelled(saved(tmp_path, sample().resize(size), container))

    assert report["illegible"] == (report["ink_height"] < 12)
    assert report["required_height"] == -(-min(size) // 20)


def test_png_text_and_density_stay_and_previews_go(tmp_path: Path) -> None:
    parts = list(png.chunks(encoded(small(), "png", dpi=(300, 300))))
    extra = [
        png.Chunk(b"tEXt", b"Title\0A cup"),
        png.Chunk(b"zTXt", b"Raw profile type exif\0\0x"),
        png.Chunk(b"prVw", b"x"),
    ]
    source = tmp_path / "in.png"
    source.write_bytes(png.assemble([parts[0], *extra, *parts[1:]]))

    target, _ = labelled(source)

    kinds = {chunk.type: chunk.data for chunk in png.chunks(target.read_bytes())}
    assert kinds[b"tEXt"] == b"Title\0A cup"
    assert b"pHYs" in kinds
    assert b"prVw" not in kinds
    assert b"zTXt" not in kinds


def test_a_jpegs_unlabelled_thumbnail_and_second_picture_do_not_stay(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    small().save(buffer, "MPO", save_all=True, append_images=[small()])
    source = tmp_path / "in.jpg"
    source.write_bytes(buffer.getvalue())

    target, _ = labelled(source)

    data = target.read_bytes()
    assert data.count(b"\xff\xd8\xff") == 1
    assert b"MPF\0" not in data
    block = jpeg.exif(data)
    assert block is None or Exif(block).bytes_of(0x0201, ifd=1) is None


@pytest.mark.parametrize("container", FORMATS)
def test_our_own_label_is_replaced_not_doubled(tmp_path: Path, container: str) -> None:
    first, _ = labelled(saved(tmp_path, small(), container))
    again = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="second-2")
    second = tmp_path / f"second.{container}"

    label_file(first, second, label=again, digital_source_type=SOURCE)

    assert [label["values"]["ProduceID"] for label in read_file(second)["labels"]] == ["second-2"]
    assert second.read_bytes().count(b"ContentProducer") == 1


@pytest.mark.parametrize("container", FORMATS)
@pytest.mark.parametrize("body", [None, "{not json", '{"Label":"1"}'])
def test_somebody_elses_label_is_refused_and_nothing_is_written(
    tmp_path: Path, container: str, body: str | None
) -> None:
    source = tmp_path / f"in.{container}"
    source.write_bytes(foreign(encoded(small(), container), container, OTHER, body))

    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out", label=LABEL, digital_source_type=SOURCE)

    assert caught.value.code == "media.foreign_label"
    assert list(tmp_path.iterdir()) == [source]


def test_a_foreign_label_in_a_damaged_picture_is_still_the_reason(tmp_path: Path) -> None:
    source = tmp_path / "in.jpeg"
    whole = foreign(encoded(small(), "jpeg"), "jpeg")
    source.write_bytes(whole[: len(whole) * 3 // 4])  # looked over while it is decoded

    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out", label=LABEL, digital_source_type=SOURCE)

    assert caught.value.code == "media.foreign_label"
    assert [path.name for path in tmp_path.iterdir()] == ["in.jpeg"]


@pytest.mark.parametrize("place", ["comment", "text", "exif"])
def test_a_label_anywhere_else_counts_too(tmp_path: Path, place: str) -> None:
    for label, own in ((LABEL, True), (OTHER, False)):
        text = label.to_json(wrapped=True).encode()
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + text
        source = tmp_path / "in"
        if place == "comment":
            source.write_bytes(encoded(small(), "jpeg", comment=text))
        elif place == "exif":
            source.write_bytes(encoded(small(), "jpeg", exif=exif.tobytes()))
        else:
            parts = list(png.chunks(encoded(small(), "png")))
            source.write_bytes(png.assemble([parts[0], png.Chunk(b"tEXt", b"AIGC\0" + text), *parts[1:]]))
        assert len(read_file(source)["labels"]) == 1
        if own:
            target, _ = labelled(source)
            assert len(read_file(target)["labels"]) == 1
        else:
            with pytest.raises(MediaError):
                label_file(source, tmp_path / "out", label=LABEL, digital_source_type=SOURCE)


def test_the_original_is_never_overwritten(tmp_path: Path) -> None:
    source = saved(tmp_path, small(), "png")
    before = source.read_bytes()
    (tmp_path / "link.png").symlink_to(source)

    for target in (source, tmp_path / "link.png"):
        with pytest.raises(MediaError) as caught:
            label_file(source, target, label=LABEL, digital_source_type=SOURCE)
        assert caught.value.code == "media.output_is_input"

    assert source.read_bytes() == before


def test_a_target_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    source = saved(tmp_path, small(), "png")
    (tmp_path / "folder").mkdir()

    for target in (tmp_path / "missing" / "out.png", tmp_path / "folder"):
        with pytest.raises(MediaError) as caught:
            label_file(source, target, label=LABEL, digital_source_type=SOURCE)
        assert caught.value.code == "media.cannot_write"

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "in.png"]


@pytest.mark.parametrize(
    ("label", "source_type", "code"),
    [
        (AigcLabel("1", "", "x"), SOURCE, "label.bad_value"),
        (LABEL, "trainedAlgorithmicMedia", "label.bad_source_type"),
        (LABEL, "http://cv.iptc.org/newscodes/digitalsourcetype/<x>", "label.bad_source_type"),
    ],
)
def test_values_are_checked_before_anything_is_read(
    tmp_path: Path, label: AigcLabel, source_type: str, code: str
) -> None:
    with pytest.raises(MediaError) as caught:
        label_file(tmp_path / "missing", tmp_path / "out", label=label, digital_source_type=source_type)

    assert caught.value.code == code


RDF = "xmlns:x='adobe:ns:meta/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"


def with_xmp(folder: Path, container: str, inner: str, **options: object) -> Path:
    """A small picture whose XMP holds one description with these attributes and children."""
    packet = f"<x:xmpmeta {RDF}><rdf:RDF><rdf:Description rdf:about='' {inner}</rdf:RDF></x:xmpmeta>"
    source = folder / f"in.{container}"
    source.write_bytes(INJECT[container](encoded(small(), container, **options), packet.encode()))
    return source


@pytest.mark.parametrize("container", FORMATS)
def test_positions_owners_and_names_do_not_leave_with_the_file(tmp_path: Path, container: str) -> None:
    exif = Image.Exif()
    exif[0x8769] = {0xA430: "Owner Li", 0xA431: "SN-12345"}
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 30.0)}
    source = with_xmp(
        tmp_path,
        container,
        "xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='39,54.3N' "
        "xmlns:aux='http://ns.adobe.com/exif/1.0/aux/' aux:OwnerName='Owner Li' aux:SerialNumber='SN-12345' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/' dc:format='kept'>"
        "<r:Regions xmlns:r='http://www.metadataworkinggroup.com/schemas/regions/'><r:Name>Li Lei</r:Name></r:Regions>"
        "</rdf:Description>",
        exif=exif,
    )

    target, _ = labelled(source)

    data = target.read_bytes()
    for gone in (b"Owner", b"SN-12345", b"39,54.3N", b"Li Lei"):
        assert gone not in data
    with Image.open(target) as image:
        assert not image.getexif().get_ifd(0x8825)
    assert b'dc:format="kept"' in data


@pytest.mark.parametrize("container", FORMATS)
def test_only_exif_turns_a_picture(tmp_path: Path, container: str) -> None:
    source = with_xmp(tmp_path, container, "xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'/>")

    target, _ = labelled(source)

    with Image.open(target) as image:
        assert ImageOps.exif_transpose(image).size == small().size


def test_a_turn_in_a_png_text_chunk_is_not_followed_and_does_not_stay(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    block = exif.tobytes()
    text = b"Raw profile type exif\0\nexif\n%8d\n%s\n" % (len(block), block.hex().encode())
    parts = list(png.chunks(encoded(small(), "png")))
    source = tmp_path / "in.png"
    source.write_bytes(png.assemble([parts[0], png.Chunk(b"tEXt", text), *parts[1:]]))

    target, _ = labelled(source)

    assert b"Raw profile" not in target.read_bytes()


@pytest.mark.parametrize("container", FORMATS)
def test_deeply_nested_xmp_is_replaced(tmp_path: Path, container: str) -> None:
    source = with_xmp(tmp_path, container, "xmlns:q='urn:q'>" + "<q:a>" * 3000 + "</q:a>" * 3000 + "</rdf:Description>")

    _, report = labelled(source)

    assert report["notes"] == ["unreadable_xmp_replaced"]


@pytest.mark.timeout(20)
def test_a_long_run_of_letters_in_xmp_takes_no_minute_to_read_back(tmp_path: Path) -> None:
    source = with_xmp(tmp_path, "png", f"xmlns:q='urn:q' q:a='{'A' * 400_000}'/>")

    target, _ = labelled(source)

    assert b"AAAA" in target.read_bytes()
