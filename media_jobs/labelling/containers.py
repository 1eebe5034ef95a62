"""What kind of file these bytes are, by their content alone, and how large the picture claims to be."""

from dataclasses import dataclass

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import jpeg, png, webp

MIME = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
ENDINGS = {"jpeg": ("jpg", "jpeg", "jpe", "jfif"), "png": ("png",), "webp": ("webp",)}
SHOWN = {"jpeg": "JPEG", "png": "PNG", "webp": "WebP"}

# Other kinds that people do upload: named in the refusal instead of "not an image".
_OTHERS = (
    (b"GIF87a", 0, "GIF"),
    (b"GIF89a", 0, "GIF"),
    (b"BM", 0, "BMP"),
    (b"II*\0", 0, "TIFF"),
    (b"MM\0*", 0, "TIFF"),
    (b"%PDF-", 0, "PDF"),
    (b"8BPS", 0, "Photoshop"),
    (b"\0\0\1\0", 0, "ICO"),
    (b"\xff\x0a", 0, "JPEG XL"),
    (b"\0\0\0\x0cJXL ", 0, "JPEG XL"),
    (b"\0\0\0\x0cjP  ", 0, "JPEG 2000"),
    (b"ftypheic", 4, "HEIC"),
    (b"ftypheix", 4, "HEIC"),
    (b"ftypmif1", 4, "HEIF"),
    (b"ftypavif", 4, "AVIF"),
    (b"ftyp", 4, "MP4"),
    (b"\x1aE\xdf\xa3", 0, "Matroska"),
    (b"RIFF", 0, "RIFF"),
    (b"OggS", 0, "Ogg"),
    (b"ID3", 0, "MP3"),
    (b"PK\3\4", 0, "ZIP"),
)


@dataclass(frozen=True)
class Header:
    """What the container says before anything is decoded.

    Attributes:
        width, height: pixels as stored.
        bits: per channel.
        channels: as stored (a palette counts 1).
        animated: more than one frame.
    """

    width: int
    height: int
    bits: int
    channels: int
    animated: bool


def kind(data: bytes) -> str:
    """ "jpeg", "png" or "webp".

    Raises:
        MediaError: media.empty, media.unsupported_format (naming it), media.not_an_image.
    """
    if not data:
        raise media_error("media.empty")
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(png.SIGNATURE):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    for magic, offset, name in _OTHERS:
        if data[offset : offset + len(magic)] == magic:
            raise media_error("media.unsupported_format", format=name)
    raise media_error("media.not_an_image")


def header(data: bytes, container: str) -> Header:
    """Size, depth and animation from the container's own fields, without decoding.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    if container == "jpeg":
        width, height, bits, channels = jpeg.frame(data)
        return Header(width, height, bits, channels, animated=False)
    if container == "png":
        width, height, bits, channels = png.header(data)
        return Header(width, height, bits, channels, animated=png.is_animated(data))
    width, height, channels, animated = webp.header(data)
    return Header(width, height, 8, channels, animated=animated)
