"""One small honest file of every container that this room can label, made here."""

import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pikepdf
import pillow_heif

from media_jobs.labelling.containers import CONTAINERS
from tests.media_jobs.labelling.pictures import sample

SIZE = (240, 160)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PAGE = """<!doctype html>
<html><head><meta charset='utf-8'><title>t</title></head><body><p>words</p></body></html>
"""
_OFFICE = "application/vnd.openxmlformats-officedocument."


def make(name: str, folder: Path, stem: str = "specimen") -> Path:
    """A file of the container `name`, with its usual ending."""
    path = folder / f"{stem}.{CONTAINERS[name].endings[0]}"
    MAKERS[name](path)
    return path


def _picture(path: Path, kind: str, **options: object) -> None:
    sample().resize(SIZE).save(path, format=kind, **options)


def _heic(path: Path) -> None:
    pillow_heif.from_pillow(sample().resize(SIZE)).save(path, quality=90)


def _tone(seconds: float, rate: int) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return (0.2 * np.sin(2 * np.pi * 330 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))).astype(np.float32)


def _sound_stream(out: "av.container.OutputContainer", codec: str) -> "av.AudioStream":
    """FFmpeg's own Vorbis encoder is marked experimental and knows two channels only."""
    if codec == "vorbis":
        return out.add_stream(codec, rate=48_000, layout="stereo", options={"strict": "-2"})
    return out.add_stream(codec, rate=48_000, layout="mono")


def _play(out: "av.container.OutputContainer", stream: "av.AudioStream", seconds: float) -> None:
    context = stream.codec_context
    resampler = av.AudioResampler(format=context.format, layout=context.layout, rate=48_000)
    frame = av.AudioFrame.from_ndarray(_tone(seconds, 48_000).reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
    fifo = av.AudioFifo()
    for part in resampler.resample(frame):
        fifo.write(part)
    while (piece := fifo.read(context.frame_size or 1024, partial=True)) is not None:
        out.mux(stream.encode(piece))
    out.mux(stream.encode(None))


def _sound(path: Path, muxer: str, codec: str) -> None:
    with av.open(str(path), "w", format=muxer) as out:
        _play(out, _sound_stream(out, codec), 1.5)


def _film(path: Path, muxer: str, codec: str, sound: str) -> None:
    rng = np.random.default_rng(3)
    texture = rng.integers(40, 200, (SIZE[1], SIZE[0] + 60, 3), dtype=np.uint8)
    with av.open(str(path), "w", format=muxer) as out:
        stream = out.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = SIZE[0], SIZE[1], "yuv420p"
        spoken = _sound_stream(out, sound)
        for number in range(60):
            pixels = np.ascontiguousarray(texture[:, number : number + SIZE[0]])
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))
        _play(out, spoken, 2.4)


def _package(path: Path, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body)


def _types(main: str, kind: str, *more: tuple[str, str]) -> str:
    rows = "".join(
        f'<Override PartName="{part}" ContentType="{_OFFICE}{what}+xml"/>' for part, what in ((main, kind), *more)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def _relations(*rows: tuple[str, str]) -> str:
    body = "".join(
        f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(rows, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'


def _docx(path: Path) -> None:
    paragraphs = "".join(f"<w:p><w:r><w:t>Paragraph {number}</w:t></w:r></w:p>" for number in range(3))
    _package(
        path,
        {
            "[Content_Types].xml": _types("/word/document.xml", "wordprocessingml.document.main"),
            "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
            "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}'
            '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>',
        },
    )


def _pptx(path: Path) -> None:
    slide = (
        f'<p:sld xmlns:p="{_SLIDE}" xmlns:a="{_DRAWING}" xmlns:r="{_REL}"><p:cSld><p:spTree><p:nvGrpSpPr>'
        '<p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/></p:spTree></p:cSld></p:sld>'
    )
    parts = {
        "[Content_Types].xml": _types(
            "/ppt/presentation.xml",
            "presentationml.presentation.main",
            ("/ppt/slides/slide1.xml", "presentationml.slide"),
            ("/ppt/slides/slide2.xml", "presentationml.slide"),
        ),
        "_rels/.rels": _relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": _relations(("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_SLIDE}" xmlns:r="{_REL}"><p:sldIdLst>'
        '<p:sldId id="256" r:id="rId1"/><p:sldId id="257" r:id="rId2"/></p:sldIdLst>'
        '<p:sldSz cx="9144000" cy="6858000"/></p:presentation>',
        "ppt/slides/slide1.xml": slide,
        "ppt/slides/slide2.xml": slide,
    }
    _package(path, parts)


def _xlsx(path: Path) -> None:
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    _package(
        path,
        {
            "[Content_Types].xml": _types(
                "/xl/workbook.xml",
                "spreadsheetml.sheet.main",
                ("/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"),
            ),
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": _relations(("worksheet", "worksheets/sheet1.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{sheet}" xmlns:r="{_REL}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}"><sheetData>'
            '<row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        },
    )


def _pdf(path: Path) -> None:
    with pikepdf.new() as pdf:
        for number in range(2):
            pdf.add_blank_page(page_size=(595, 842))
            page = pdf.pages[number]
            font = pdf.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
            )
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = pdf.make_stream(f"BT /F1 24 Tf 72 600 Td (Page {number + 1}) Tj ET".encode())
        pdf.save(path)


MAKERS: dict[str, Callable[[Path], None]] = {
    "jpeg": lambda path: _picture(path, "JPEG", quality=92),
    "png": lambda path: _picture(path, "PNG"),
    "webp": lambda path: _picture(path, "WEBP", quality=90),
    "gif": lambda path: _picture(path, "GIF"),
    "tiff": lambda path: _picture(path, "TIFF"),
    "avif": lambda path: _picture(path, "AVIF", quality=90),
    "heic": _heic,
    "mp4": lambda path: _film(path, "mp4", "libx264", "aac"),
    "mov": lambda path: _film(path, "mov", "libx264", "aac"),
    "mkv": lambda path: _film(path, "matroska", "libx264", "aac"),
    "webm": lambda path: _film(path, "webm", "libvpx-vp9", "libopus"),
    "wav": lambda path: _sound(path, "wav", "pcm_s16le"),
    "mp3": lambda path: _sound(path, "mp3", "libmp3lame"),
    "flac": lambda path: _sound(path, "flac", "flac"),
    "m4a": lambda path: _sound(path, "ipod", "aac"),
    "ogg": lambda path: _sound(path, "ogg", "vorbis"),
    "opus": lambda path: _sound(path, "ogg", "libopus"),
    "txt": lambda path: path.write_text("第一行\nsecond line\n", encoding="utf-8") and None,
    "md": lambda path: path.write_text("# Title\n\nA paragraph.\n", encoding="utf-8") and None,
    "html": lambda path: path.write_text(_PAGE, encoding="utf-8") and None,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "pdf": _pdf,
}
