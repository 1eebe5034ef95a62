"""What a released picture says of itself, and which way up it is: GIF, TIFF, AVIF and HEIC."""

import io
import struct
import subprocess
from pathlib import Path

import av
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from media_jobs.labelling.metadata import gif
from media_jobs.labelling.wish import Wish
from tests.media_jobs.labelling.images import made
from tests.media_jobs.labelling.pictures import small
from tests.outside import require

PACKET = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b"<rdf:Description rdf:about='' xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='39,54.3N' "
    b"xmlns:aux='http://ns.adobe.com/exif/1.0/aux/' aux:OwnerName='Owner Li' "
    b"xmlns:dc='http://purl.org/dc/elements/1.1/' dc:format='kept'/></rdf:RDF></x:xmpmeta>"
)


def exif(orientation: int = 1) -> bytes:
    block = Image.Exif()
    block[0x013B] = "An artist"
    block[0x0112] = orientation
    block[0x8769] = {0xA430: "Owner Li", 0xA431: "SN-12345", 0x829A: 0.01}
    block[0x8825] = {1: "N", 2: (39.0, 54.0, 20.0)}
    return block.tobytes()


def private(folder: Path, kind: str) -> Path:
    """A file that names its owner and the place."""
    path = folder / f"in.{kind}"
    if kind == "gif":
        data = made.saved(small(), "GIF", comment=b"A cup")
        path.write_bytes(_with_packet(data))
    elif kind == "tif":
        with io.BytesIO() as out:
            info = {270: "A cup", 315: "An artist", 700: PACKET, 305: "Program"}
            small().save(out, "TIFF", tiffinfo=_tiff_info(info))
            path.write_bytes(out.getvalue())
    elif kind == "avif":
        path.write_bytes(made.saved(small(), "AVIF", exif=exif(), xmp=PACKET))
    else:
        path.write_bytes(made.heic(small(), exif=exif(), xmp=PACKET))
    return path


def _with_packet(data: bytes) -> bytes:
    end = gif.head_end(data)
    return data[:end] + gif.extension(PACKET) + data[end:]


def _tiff_info(values: dict[int, object]) -> object:
    from PIL import TiffImagePlugin

    info = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in values.items():
        info[tag] = value
    gps = TiffImagePlugin.ImageFileDirectory_v2()
    gps[1] = "N"
    info[0x8825] = gps
    return info


@pytest.mark.parametrize("explicit", [True, False])
@pytest.mark.parametrize("kind", ["gif", "tif", "avif", "heic"])
def test_owners_and_places_do_not_leave_with_the_file(tmp_path: Path, kind: str, explicit: bool) -> None:
    path = private(tmp_path, kind)

    target, _, _ = made.labelled(path, Wish(explicit=explicit))

    told = subprocess.run(
        [require("exiftool"), "-a", "-G1", "-s", str(target)], capture_output=True, check=False
    ).stdout
    for gone in (b"Owner", b"SN-12345", b"39,54.3N", b"GPS"):
        assert gone not in told, gone
        assert gone == b"GPS" or gone not in target.read_bytes(), gone
    assert b"kept" in told
    if kind != "gif":
        assert b"An artist" in told
    if kind in {"gif", "tif"}:
        assert b"A cup" in told


@pytest.mark.parametrize("kind", ["avif", "heic", "tif"])
@pytest.mark.parametrize("orientation", [1, 3, 5, 6, 8])
def test_the_label_is_upright_in_turned_files(tmp_path: Path, kind: str, orientation: int) -> None:
    path = tmp_path / f"in.{kind}"
    if kind == "tif":
        path.write_bytes(made.saved(small(), "TIFF", tiffinfo={274: orientation}))
    elif kind == "avif":
        path.write_bytes(made.saved(small(), "AVIF", quality=90, exif=exif(orientation)))
    else:
        image = small()
        image.info["exif"] = exif(orientation)
        path.write_bytes(made.heic(image))

    target, report, _ = made.labelled(path)

    before, after = (seen(one, kind) for one in (path, target))
    assert before.shape == after.shape
    change = np.abs(before - after) > 60
    rows, columns = np.flatnonzero(change.any(axis=1)), np.flatnonzero(change.any(axis=0))
    assert rows[0] > before.shape[0] / 2
    assert columns[0] > before.shape[1] / 2
    assert columns[-1] - columns[0] > rows[-1] - rows[0]
    assert report["box"][0] <= columns[0] <= columns[-1] <= report["box"][2]


def seen(path: Path, kind: str) -> np.ndarray:  # type: ignore[type-arg]
    """A picture as a viewer shows it, grey."""
    if kind == "heic":
        return np.asarray(pillow_heif.open_heif(path).to_pillow().convert("L")).astype(int)
    from PIL import ImageOps

    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("L")).astype(int)


def test_a_heics_colours_stay(tmp_path: Path) -> None:
    image = small()
    image.info["icc_profile"] = made.ICC
    for number, data in enumerate(
        (made.heic(image), made.heic(small(), color_primaries=12, transfer_characteristic=13))
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "in.heic"
        path.write_bytes(data)
        target, _, _ = made.labelled(path)
        before, after = (pillow_heif.open_heif(one).info for one in (path, target))
        assert after.get("icc_profile") == before.get("icc_profile")
        if not number:
            assert after["icc_profile"] == made.ICC
        else:
            assert after["nclx_profile"] == before["nclx_profile"]
            assert after["nclx_profile"]["color_primaries"] == 12


def refused(folder: Path, ending: str, data: bytes) -> str:
    from media_jobs.labelling import containers
    from media_jobs.labelling.errors import MediaError
    from media_jobs.labelling.labellers import labeller

    path = folder / f"in.{ending}"
    path.write_bytes(data)
    try:
        container = containers.recognise(path)
        labeller(container).put(path, folder / "out", container=container, wish=Wish())
    except MediaError as error:
        return error.code
    return "accepted"


def ten_bit_avif() -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="avif") as file:
        stream = file.add_stream("libsvtav1", rate=1)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p10le"
        frame = av.VideoFrame.from_ndarray(np.full((240, 320, 3), 90, dtype=np.uint8), format="rgb24")
        for packet in [*stream.encode(frame.reformat(format="yuv420p10le")), *stream.encode()]:
            file.mux(packet)
    return buffer.getvalue()


def test_what_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    cmyk = small().convert("CMYK")
    frames = made.moving(3)

    assert refused(tmp_path, "tif", made.saved(cmyk, "TIFF")) == "media.cmyk"
    assert refused(tmp_path, "jpg", made.saved(cmyk, "JPEG")) == "media.cmyk"
    assert refused(tmp_path, "avif", made.saved(frames[0], "AVIF", save_all=True, append_images=frames[1:])) == (
        "media.sequence"
    )
    assert refused(tmp_path, "avif", ten_bit_avif()) == "media.unsupported_depth"
    assert refused(tmp_path, "tif", struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16)) == "media.unsupported_format"
    assert refused(tmp_path, "tif", made.saved(Image.new("F", (80, 80)), "TIFF")) == "media.unsupported_depth"
    several = pillow_heif.from_pillow(small())
    several.add_from_pillow(small())
    buffer = io.BytesIO()
    several.save(buffer)
    assert refused(tmp_path, "heic", buffer.getvalue()) == "media.several_pictures"
    assert refused(tmp_path, "gif", made.saved(small().resize((20, 20)), "GIF")) == "media.too_small"
