"""Small files of every kind of picture, and the way to a labelled one."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pillow_heif
from PIL import Image, ImageCms

from media_jobs.labelling import containers, readback
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.labellers import labeller
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.readback import pictures as measurer
from media_jobs.labelling.readback.findings import Findings
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, small

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TIMES = [70, 110, 70, 200]


def deep() -> Any:
    """(200, 300, 3) BGR of 16 bits whose lower bytes are not the upper ones."""
    eight = np.asarray(small())[:, :, ::-1].astype(np.uint16)
    return np.clip(eight * 256 + 77, 0, 65535).astype(np.uint16)


def moving(count: int = 4) -> list[Image.Image]:
    """A sample that drifts."""
    return [Image.fromarray(np.roll(np.asarray(small()), number * 12, axis=1)) for number in range(count)]


def walking(count: int = 4) -> list[Image.Image]:
    """A square of a sample that walks over a see-through canvas, into the place of the label."""
    frames = []
    for number in range(count):
        frame = Image.new("RGBA", (300, 200))
        frame.paste(small().crop((0, 0, 120, 120)), (60 * number, 78))
        frames.append(frame)
    return frames


def _cv(ending: str, pixels: Any) -> bytes:
    done, out = cv2.imencode(ending, pixels)
    assert done
    return bytes(out)


def saved(image: Image.Image, fmt: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, fmt, **options)
    return buffer.getvalue()


def animated(frames: list[Image.Image], fmt: str, **options: Any) -> bytes:
    return saved(frames[0], fmt, save_all=True, append_images=frames[1:], duration=TIMES, loop=3, **options)


def heic(image: Image.Image | None, **options: Any) -> bytes:
    """HEIC of 8 bits, or of 10 when no image is given."""
    if image is None:
        file = pillow_heif.from_bytes("RGB;16", (300, 200), deep()[:, :, ::-1].tobytes())
    else:
        file = pillow_heif.from_pillow(image)
    buffer = io.BytesIO()
    file.save(buffer, quality=90, **options)
    return buffer.getvalue()


def _rgba() -> Image.Image:
    return Image.merge("RGBA", [*small().split(), small().getchannel(0)])


def _pages() -> list[Image.Image]:
    return [small().convert("L").rotate(90, expand=True), small().convert("1")]


KINDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg": ("jpg", lambda: saved(small(), "JPEG", quality=90, icc_profile=ICC)),
    "png": ("png", lambda: saved(small(), "PNG", icc_profile=ICC)),
    "png 16 bit": ("png", lambda: _cv(".png", deep())),
    "png palette": ("png", lambda: saved(small().quantize(64), "PNG", icc_profile=ICC)),
    "apng": ("png", lambda: animated(moving(), "PNG")),
    "apng over": ("png", lambda: animated(walking(), "PNG", disposal=1, blend=0)),
    "apng apart": ("png", lambda: animated(moving(), "PNG", default_image=True)),
    "webp": ("webp", lambda: saved(small(), "WEBP", quality=90, icc_profile=ICC)),
    "webp moving": ("webp", lambda: animated(moving(), "WEBP", quality=90)),
    "webp lossless moving": ("webp", lambda: animated(walking(), "WEBP", lossless=True)),
    "gif": ("gif", lambda: saved(small(), "GIF")),
    "gif moving": ("gif", lambda: animated(moving(), "GIF")),
    "gif cleared": ("gif", lambda: animated(walking(), "GIF", disposal=2)),
    "gif over": ("gif", lambda: animated(walking(), "GIF", disposal=1)),
    "gif restored": ("gif", lambda: animated(walking(), "GIF", disposal=3)),
    "tiff": ("tif", lambda: saved(small(), "TIFF", icc_profile=ICC, dpi=(300, 300))),
    "tiff lzw": ("tif", lambda: saved(small(), "TIFF", compression="tiff_lzw", icc_profile=ICC, dpi=(300, 300))),
    "tiff 16 bit": ("tif", lambda: _cv(".tif", deep())),
    "tiff pages": ("tif", lambda: saved(small(), "TIFF", save_all=True, append_images=_pages())),
    "avif": ("avif", lambda: saved(small(), "AVIF", quality=85, icc_profile=ICC)),
    "heic": ("heic", lambda: heic(small())),
    "heic alpha": ("heic", lambda: heic(_rgba())),
    "heic 10 bit": ("heic", lambda: heic(None)),
}


def source(folder: Path, kind: str) -> Path:
    """A file of a kind."""
    ending, make = KINDS[kind]
    path = folder / f"in.{ending}"
    path.write_bytes(make())
    return path


def labelled(path: Path, wish: Wish | None = None) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """Label and read back: (file, report, what was measured); every label in these tests has to be conformant.

    Where no carrier of the container's metadata is there yet, the picture alone is labelled and measured.
    """
    wish = wish or Wish()
    target = path.with_name("out" + path.suffix)
    container = containers.recognise(path)
    try:
        carrier(container)
    except MediaError:
        report = labeller(container).put(path, target, container=container, wish=wish)
        report |= {"container": container.name, "explicit": wish.explicit}
        findings, measured = Findings(), dict[str, Any]()
        assert not measurer.walk(target, container=container.name).faults
        measurer.measure(target, path, report=report, findings=findings, measured=measured)
        assert findings.conformant, findings.rows
        return target, report, measured
    report = label_file(path, target, label=LABEL, digital_source_type=SOURCE, wish=wish)
    checked = readback.check_file(target, expected=LABEL, report=report, original=path)
    assert checked["conformant"], checked["findings"]
    assert sorted(one.name for one in path.parent.iterdir()) == sorted({path.name, target.name})
    return target, report, checked["measured"]
