"""What kind of file this is: by its content, and only for plain text by its name as well."""

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from media_jobs.labelling.errors import media_error

_HEAD = 64 * 1024
_MAX_ZIP_ENTRIES = 20_000
_ZIP_TAIL = 65_535 + 22  # the end record and the longest comment behind it
# Word online numbers its main part: word/document2.xml
_MAIN_PART = re.compile(r"(word|ppt|xl)/(?:document|presentation|workbook)\d*\.xml")


class Medium(StrEnum):
    """What a file holds; the form of the explicit label follows from it (Labelling Measures Art. 4)."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"


@dataclass(frozen=True)
class Container:
    """One kind of file that this room can label.

    Attributes:
        name: ours: "jpeg", "mp4", "docx".
        medium: what it holds.
        mime: media type.
        endings: usual file endings, the first is ours.
        shown: as people write it.
        place: where the AIGC label belongs (TC260 practice guides, see docs/cli.md), as the reader names places.
        writable: False for what is only read: nothing of ours leaves as such a file.
        visible: False for what has no place for an explicit label, so that nobody is asked to bring it.
    """

    name: str
    medium: Medium
    mime: str
    endings: tuple[str, ...]
    shown: str
    place: str
    writable: bool = True
    visible: bool = True


_I, _V, _A, _T = Medium.IMAGE, Medium.VIDEO, Medium.AUDIO, Medium.TEXT
_OOXML = "application/vnd.openxmlformats-officedocument."
CONTAINERS = {
    one.name: one
    for one in (
        Container("jpeg", _I, "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "JPEG", "jpeg.app1.xmp"),
        Container("png", _I, "image/png", ("png", "apng"), "PNG", "png.itxt.xmp"),
        Container("webp", _I, "image/webp", ("webp",), "WebP", "webp.xmp"),
        Container("gif", _I, "image/gif", ("gif",), "GIF", "gif.xmp"),
        Container("tiff", _I, "image/tiff", ("tif", "tiff"), "TIFF", "tiff.ifd0.xmp"),
        Container("heic", _I, "image/heic", ("heic", "heif", "hif"), "HEIC", "heif.item.xmp"),
        Container("avif", _I, "image/avif", ("avif",), "AVIF", "heif.item.xmp"),
        Container("mp4", _V, "video/mp4", ("mp4", "m4v"), "MP4", "mp4.keys"),
        Container("mov", _V, "video/quicktime", ("mov", "qt"), "MOV", "mp4.keys"),
        Container("mkv", _V, "video/x-matroska", ("mkv",), "Matroska", "matroska.tag"),
        Container("webm", _V, "video/webm", ("webm",), "WebM", "matroska.tag"),
        Container("flv", _V, "video/x-flv", ("flv",), "FLV", "flv.onmetadata", writable=False),
        Container("avi", _V, "video/x-msvideo", ("avi",), "AVI", "avi.info", writable=False),
        Container("wav", _A, "audio/wav", ("wav", "wave"), "WAV", "riff.aigc"),
        Container("mp3", _A, "audio/mpeg", ("mp3",), "MP3", "id3.txxx"),
        Container("flac", _A, "audio/flac", ("flac",), "FLAC", "vorbis.comment"),
        Container("m4a", _A, "audio/mp4", ("m4a",), "M4A", "mp4.keys"),
        Container("ogg", _A, "audio/ogg", ("ogg", "oga"), "Ogg Vorbis", "vorbis.comment"),
        Container("opus", _A, "audio/opus", ("opus",), "Opus", "vorbis.comment"),
        Container("txt", _T, "text/plain", ("txt",), "TXT", "sidecar"),
        Container("md", _T, "text/markdown", ("md", "markdown"), "Markdown", "markdown.front_matter"),
        Container("html", _T, "text/html", ("html", "htm"), "HTML", "html.meta"),
        Container("docx", _T, _OOXML + "wordprocessingml.document", ("docx",), "DOCX", "ooxml.custom"),
        Container("pptx", _T, _OOXML + "presentationml.presentation", ("pptx",), "PPTX", "ooxml.custom"),
        Container("xlsx", _T, _OOXML + "spreadsheetml.sheet", ("xlsx",), "XLSX", "ooxml.custom", visible=False),
        Container("pdf", _T, "application/pdf", ("pdf",), "PDF", "pdf.info"),
    )
}

# Other kinds that people do bring: named in the refusal instead of "not recognised".
_OTHERS = (
    (b"II+\0", 0, "BigTIFF"),
    (b"MM\0+", 0, "BigTIFF"),
    (b"BM", 0, "BMP"),
    (b"8BPS", 0, "Photoshop"),
    (b"\0\0\1\0", 0, "ICO"),
    (b"\xff\x0a", 0, "JPEG XL"),
    (b"\0\0\0\x0cJXL ", 0, "JPEG XL"),
    (b"\0\0\0\x0cjP  ", 0, "JPEG 2000"),
    (b"RIFF", 0, "RIFF"),
    (b"RF64", 0, "RF64"),
    (b"BW64", 0, "BW64"),
    (b"FORM", 0, "AIFF"),
    (b"#!AMR", 0, "AMR"),
    (b"OggS", 0, "Ogg"),
    (b"PK\3\4", 0, "ZIP"),
    (b"PK\5\6", 0, "ZIP"),
    (b"\xd0\xcf\x11\xe0", 0, "Microsoft Office 97"),
    (b"{\\rtf", 0, "RTF"),
    (b"\x7fELF", 0, "ELF"),
    (b"\x1f\x8b", 0, "gzip"),
)
_OTHER_ENDINGS = {
    *("bmp", "svg", "psd", "ico", "jxl", "wmv", "aac", "amr", "aiff", "doc", "xls", "ppt", "rtf"),
    *("docm", "dotm", "pptm", "ppsm", "potm", "xlsm", "xltm"),
    *("zip", "epub", "ofd", "csv", "json", "xml"),
}
_HEIF_BRANDS = {b"heic": "heic", b"heix": "heic", b"heim": "heic", b"heis": "heic", b"hevc": "heic", b"mif1": "heic",
                b"msf1": "heic", b"avif": "avif", b"avis": "avif"}  # fmt: skip
_ENDINGS = {ending: one.name for one in CONTAINERS.values() for ending in one.endings}


def recognise(path: Path, *, name: str = "", reading: bool = False) -> Container:
    """The container of a file by its content; a name decides only between plain texts (TXT, Markdown, HTML).

    Args:
        path: the file.
        name: the name it came with (default: the path's own).
        reading: also kinds that can only be read are welcome.

    Raises:
        MediaError: media.unreadable, media.empty, media.unsupported_format (naming it), media.not_recognised.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        raise media_error("media.unreadable") from None
    if not head:
        raise media_error("media.empty")
    found = _by_content(head, path) or _as_text(head, PurePath(name or path.name).suffix)
    if found is None:
        raise media_error("media.not_recognised")
    if not CONTAINERS[found].writable and not reading:
        raise media_error("media.unsupported_format", format=CONTAINERS[found].shown)
    return CONTAINERS[found]


def check_name(name: str, container: Container) -> None:
    """Nothing when the ending of `name` fits the content, or says nothing.

    Raises:
        MediaError: media.mismatched_type.
    """
    ending = PurePath(name).suffix.lower().removeprefix(".")
    claimed = _ENDINGS.get(ending)
    if ending in _OTHER_ENDINGS or (claimed is not None and claimed != container.name):
        if {claimed, container.name} <= {"mp4", "m4a"} or {claimed, container.name} <= {"mp4", "mov"}:
            return  # one family: players and people take one for the other
        if {claimed, container.name} <= {"ogg", "opus"}:
            return
        raise media_error("media.mismatched_type", claimed=f".{ending}", actual=container.shown)


# Fixed bytes at fixed places: (bytes, offset, name).
_MAGIC = (
    (b"\xff\xd8\xff", 0, "jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "png"),
    (b"WEBP", 8, "webp"),
    (b"WAVE", 8, "wav"),
    (b"AVI ", 8, "avi"),
    (b"FLV\1", 0, "flv"),
    (b"GIF87a", 0, "gif"),
    (b"GIF89a", 0, "gif"),
    (b"II*\0", 0, "tiff"),
    (b"MM\0*", 0, "tiff"),
    (b"fLaC", 0, "flac"),
    (b"%PDF-", 0, "pdf"),
)


def _by_content(head: bytes, path: Path) -> str | None:
    """Our name of the container; None for what may be plain text.

    Raises:
        MediaError: media.unsupported_format.
    """
    for magic, offset, name in _MAGIC:
        if head[offset : offset + len(magic)] == magic and (offset == 0 or head[:4] == b"RIFF"):
            return name
    found = _by_structure(head, path)
    if found is not None:
        return found
    for magic, offset, shown in _OTHERS:
        if head[offset : offset + len(magic)] == magic:
            raise media_error("media.unsupported_format", format=shown)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        raise media_error("media.unsupported_format", format="AAC (ADTS)")
    return None


def _by_structure(head: bytes, path: Path) -> str | None:
    """Families whose members differ further inside."""
    found = None
    if head[4:8] == b"ftyp":
        found = _brand(head)
    elif head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"} and head[:4] < b"\x10\0\0\0":
        found = "mov"  # QuickTime before there was ftyp
    elif head.startswith(b"\x1aE\xdf\xa3"):
        found = "webm" if b"webm" in head[:64] else "mkv"
    elif head.startswith(b"OggS"):
        found = "opus" if b"OpusHead" in head[:512] else "ogg" if b"\x01vorbis" in head[:512] else None
    elif head.startswith(b"PK\3\4"):
        found = _in_zip(path)
    elif head.startswith(b"ID3"):
        found = _after_id3(path)
    elif _is_mpeg_audio(head):
        found = "mp3"
    return found


def _brand(head: bytes) -> str:
    """Which member of the ISO base media family: by the major brand, then by the compatible ones."""
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12]] + [head[at : at + 4] for at in range(16, min(size, 512), 4)]
    major = brands[0]
    if major in {b"mif1", b"msf1"}:
        return next((_HEIF_BRANDS[one] for one in brands[1:] if one in {b"avif", b"avis"}), "heic")
    if major in _HEIF_BRANDS:
        return _HEIF_BRANDS[major]
    if major in {b"M4A ", b"M4B "}:
        return "m4a"
    return "mov" if major == b"qt  " else "mp4"


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header of MPEG audio layer III, followed by a second one where its length says."""
    at = 0
    for _ in range(2):
        frame = head[at : at + 4]
        if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE6 != 0xE2:
            return False
        version, rate_index, bit_index = (frame[1] >> 3) & 3, (frame[2] >> 2) & 3, frame[2] >> 4
        if version == 1 or rate_index == 3 or bit_index in {0, 15}:
            return False
        rates = (44100, 48000, 32000)
        rate = rates[rate_index] >> (0 if version == 3 else 1 if version == 2 else 2)
        table = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320) if version == 3 else (
            0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # fmt: skip
        samples = 144 if version == 3 else 72
        at += samples * table[bit_index] * 1000 // rate + ((frame[2] >> 1) & 1)
    return True


def _after_id3(path: Path) -> str | None:
    """What stands behind the ID3 tags: "flac" where somebody tagged one so, else "mp3", whose tag it is.

    Raises:
        MediaError: media.unsupported_format for raw AAC, which carries ID3 too.
    """
    at = 0
    with path.open("rb") as file:
        for _ in range(16):
            file.seek(at)
            head = file.read(10)
            if head[:3] != b"ID3" or len(head) < 10:
                break
            at += 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
            at += 10 if head[5] & 0x10 else 0
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        raise media_error("media.unsupported_format", format="AAC (ADTS)")
    return "flac" if head.startswith(b"fLaC") else "mp3"


def _in_zip(path: Path) -> str | None:
    """ "docx", "pptx" or "xlsx" by the main part of an OOXML package; None for any other ZIP."""
    try:
        if _claimed_entries(path) > _MAX_ZIP_ENTRIES:
            return None
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    for name in sorted(names):
        main = _MAIN_PART.fullmatch(name)
        if main:
            return {"word": "docx", "ppt": "pptx", "xl": "xlsx"}[main[1]]
    return None


def _claimed_entries(path: Path) -> int:
    """How many entries a ZIP's end record announces, before a library makes an object of each."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _ZIP_TAIL))
        tail = file.read(_ZIP_TAIL)
    at = tail.rfind(b"PK\5\6")
    return (
        max(int.from_bytes(tail[at + 10 : at + 12], "little"), int.from_bytes(tail[at + 12 : at + 16], "little") // 46)
        if at >= 0
        else 0
    )


def _as_text(head: bytes, suffix: str) -> str | None:
    """ "txt", "md" or "html" for what reads as text; None for anything else."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        if b"\0" in head:
            return None
        try:
            text = head.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if error.start >= len(head) - 4 and error.reason == "unexpected end of data":
                text = head[: error.start].decode("utf-8-sig", "replace")
            else:
                text = head.decode("gb18030", "replace")
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        return None
    if re.match(r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", text, re.IGNORECASE | re.DOTALL):
        return "html"  # which may name an encoding of its own
    if text.count("�") > len(text) // 100:
        return None
    ending = suffix.lower().removeprefix(".")
    return _ENDINGS.get(ending) if _ENDINGS.get(ending) in {"md", "html"} else "txt"
