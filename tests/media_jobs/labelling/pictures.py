"""The pictures that the tests of this room work on, made from tests/samples."""

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.metadata import jpeg, png, webp
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE, build

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LABEL = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="test-1")
OTHER = AigcLabel.first(producer=build("91440300708461136T", "1XGW3"), produce_id="theirs-1")
SOURCE = TRAINED_ALGORITHMIC_MEDIA
INJECT = {"jpeg": jpeg.inject, "png": png.inject, "webp": webp.inject}
ENDING = {"jpeg": "jpg", "png": "png", "webp": "webp"}


@lru_cache
def _decoded(name: str) -> Image.Image:
    with Image.open(SAMPLES / f"{name}.png") as image:
        return image.convert("RGB")


def sample(name: str = "sk_coffee") -> Image.Image:
    """One sample as RGB, a fresh copy."""
    return _decoded(name).copy()


def small() -> Image.Image:
    """A sample of 300 × 200 pixels."""
    return _decoded("sk_coffee").resize((300, 200))


def encoded(image: Image.Image, container: str, **options: object) -> bytes:
    """The picture as bytes."""
    buffer = io.BytesIO()
    image.save(buffer, container.upper(), **options)
    return buffer.getvalue()


def saved(folder: Path, image: Image.Image, container: str, name: str = "in", **options: object) -> Path:
    """The picture as a file."""
    path = folder / f"{name}.{ENDING[container]}"
    path.write_bytes(encoded(image, container, **options))
    return path


def noise(width: int, height: int, seed: int = 0, *, low: int = 0, high: int = 255) -> Image.Image:
    """Random coloured blocks and pixels between two brightnesses: the worst background there is."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(low, high + 1, (max(1, height // 16), max(1, width // 16), 3), dtype=np.uint8)
    fine = rng.integers(low, high + 1, (height, width, 3), dtype=np.uint8)
    blocks = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.NEAREST))
    return Image.fromarray(np.where(rng.random((height, width, 1)) < 0.5, blocks, fine).astype(np.uint8))


def foreign(data: bytes, container: str, label: AigcLabel = OTHER, body: str | None = None) -> bytes:
    """The file with somebody else's label, written as ExifTool does."""
    text = (label.to_json() if body is None else body).replace('"', "&quot;")
    packet = (
        "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
        f"xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/'><TC260:AIGC>{text}</TC260:AIGC></rdf:Description>"
        "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )
    return INJECT[container](data, packet.encode())
