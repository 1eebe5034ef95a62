"""Texts of an EXIF block that may hold a label: UserComment in its character codes, and the caption fields."""

from collections.abc import Iterator

from media_jobs.labelling.metadata.exif import USER_COMMENT, Exif

# Where programs put free text: ImageDescription, Artist, Copyright, and Windows' XP fields (UTF-16 as bytes).
_CAPTIONS = {0x010E: "image_description", 0x0131: "software", 0x013B: "artist", 0x8298: "copyright"}
_WINDOWS = {0x9C9B: "xp_title", 0x9C9C: "xp_comment", 0x9C9D: "xp_author", 0x9C9E: "xp_keywords", 0x9C9F: "xp_subject"}
_MAKER_NOTE = 0x927C


def texts(block: bytes) -> Iterator[tuple[str, str, str]]:
    """(field, text, character code) of every field that mentions ContentProducer."""
    view = Exif(block)
    for entry in view.entries:
        raw = block[entry.start : entry.start + entry.length]
        if b"ContentProducer" not in raw.replace(b"\0", b""):
            continue
        if entry.tag == USER_COMMENT:
            text, code = user_comment(raw, little=view.order == "little")
            yield "user_comment", text, code
        elif entry.tag in _WINDOWS:
            yield _WINDOWS[entry.tag], raw.decode("utf-16-le", "replace"), "utf-16"
        elif entry.tag == _MAKER_NOTE:
            yield "maker_note", raw.replace(b"\0", b"").decode("utf-8", "replace"), ""
        else:
            yield _CAPTIONS.get(entry.tag, f"0x{entry.tag:04x}"), raw.decode("utf-8", "replace"), ""


def user_comment(raw: bytes, *, little: bool) -> tuple[str, str]:
    """(text, "ascii", "unicode", "jis" or "undefined") by the 8-byte character code (EXIF 4.6.6, UserComment).

    Args:
        raw: the whole value.
        little: byte order of the block, which UNICODE follows unless it brings a byte order mark.
    """
    code, body = raw[:8].rstrip(b"\0 ").upper(), raw[8:]
    if code == b"UNICODE":
        # the block's byte order, but some writers always take one: a label begins with an ASCII character
        if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return body.decode("utf-16", "replace"), "unicode"
        if b"\0" not in body[:64]:
            return body.decode("utf-8", "replace"), "unicode"
        low_first = body[1:2] == b"\0" if body[:1] != b"\0" else False
        order = "utf-16-le" if low_first or (little and body[:1] != b"\0") else "utf-16-be"
        return body.decode(order, "replace"), "unicode"
    if code == b"JIS":
        text = body.decode("iso2022_jp", "replace")
        return text if "ContentProducer" in text else body.decode("shift_jis", "replace"), "jis"
    if code in {b"ASCII", b""}:
        return body.replace(b"\0", b"").decode("utf-8", "replace"), "ascii" if code else "undefined"
    return raw.replace(b"\0", b"").decode("utf-8", "replace"), "undefined"  # no code at all: the text begins at once
