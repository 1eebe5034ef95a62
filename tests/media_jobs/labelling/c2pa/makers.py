"""One small real file of every container, made on the spot."""

import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pikepdf
import pillow_heif
from PIL import Image

_RATE = 48_000


def make(name: str, path: Path) -> Path:
    """Write the file of the container of that name."""
    if name in {"jpeg", "png", "webp", "gif", "tiff", "avif"}:
        picture().save(path, name.upper())
    elif name == "heic":
        pillow_heif.from_pillow(picture()).save(path, quality=80)
    elif name in {"mp4", "mov", "mkv", "webm", "avi", "flv"}:
        _video(path, "libvpx" if name == "webm" else "libx264", "matroska" if name == "mkv" else name)
    elif name in _SOUND:
        _audio(path, *_SOUND[name])
    elif name == "pdf":
        with pikepdf.new() as document:
            page = document.add_blank_page()
            page.Contents = document.make_stream(b"0 0 m 9 9 l S")
            document.save(path)
    elif name in _OFFICE:
        _package(path, *_OFFICE[name])
    else:
        path.write_text(
            {"html": "<!DOCTYPE html><html><body>AI生成</body></html>"}.get(name, "AI生成\n\nText\n"), "utf-8"
        )
    return path


_SOUND = {
    "wav": ("pcm_s16le", "wav", 16),
    "mp3": ("libmp3lame", "mp3", 32),
    "m4a": ("aac", "ipod", 32),
    "flac": ("flac", "flac", 16),
    "ogg": ("vorbis", "ogg", 32),
    "opus": ("libopus", "ogg", 32),
}


def picture() -> Image.Image:
    """64 × 64, not of one colour."""
    ramp = np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8)
    return Image.fromarray(np.dstack([ramp, 255 - ramp, ramp // 2]))


def _video(path: Path, codec: str, form: str) -> None:
    with av.open(str(path), "w", format=form) as out:
        stream = out.add_stream(codec, rate=Fraction(10))
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(4):
            frame = av.VideoFrame.from_image(picture().rotate(90 * number))
            out.mux(stream.encode(frame.reformat(format="yuv420p")))
        out.mux(stream.encode())


def _audio(path: Path, codec: str, form: str, bits: int) -> None:
    tone = np.sin(np.arange(_RATE // 4) * 0.05)
    whole = (tone * 20_000).astype(np.int16)[None, :] if bits == 16 else (tone * 0.6).astype(np.float32)[None, :]
    with av.open(str(path), "w", format=form) as out:
        layout, options = ("stereo", {"strict": "-2"}) if codec == "vorbis" else ("mono", {})
        stream = out.add_stream(codec, rate=_RATE, layout=layout, options=options)
        frame = av.AudioFrame.from_ndarray(whole, format="s16" if bits == 16 else "fltp", layout="mono")
        frame.sample_rate = _RATE
        fifo = av.AudioFifo()
        fifo.write(frame)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=_RATE)
        while part := fifo.read(960, partial=True):
            for ready in resampler.resample(part):
                out.mux(stream.encode(ready))
        out.mux(stream.encode())


_OFFICE = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{part}"/>'
    "</Relationships>"
)


def _package(path: Path, part: str, kind: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES.format(part=part, kind=kind))
        package.writestr("_rels/.rels", _RELATIONS.format(part=part))
        package.writestr(part, '<?xml version="1.0" encoding="UTF-8"?><main/>')
