"""HTML: <meta name="AIGC" content='{...}'> in the head, and <meta name="DigitalSourceType"> beside it.

The practice guides are silent on HTML; the place is ours (regulation brief 3.5). Content digest: "text-v1"
(metadata.plain) over the document without these two elements.
"""

import codecs
import re
from pathlib import Path

from media_jobs.labelling.aigc import MAX_JSON
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import html_places, plain, words
from media_jobs.labelling.metadata.html_places import Piece
from media_jobs.labelling.metadata.markdown import SOURCE, labels_in_comments

_CHARSET = re.compile(rb"""<meta\s[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_MOST = 50  # claims that are told of one file
_SAYING = {"name", "property", "content"}
_PRESCAN = 1024  # bytes in which WHATWG HTML 4.2.5.4 wants the declaration to stand


class HtmlCarrier:
    """The Carrier of HTML."""

    def read(self, path: Path) -> Found:
        """See Carrier.read: meta elements, JSON-LD and comments."""
        found = Found()
        try:
            _read(read(path).text, found)
        except MediaError as error:
            found.damaged = error.code
        del found.claims[_MOST:]
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write."""
        document = _without_marks(read(source))
        plan = html_places.outline(document.text)
        if plan.unclosed:
            raise media_error("text.unclosed", what=plan.unclosed)
        metas = "".join(
            f"<meta name=\"{name}\" content='{_attribute(value)}'>"
            for name, value in (("AIGC", marks.label.to_json()), (SOURCE, marks.source_type))
        )
        target.write_bytes(document.with_inserted((plan.head_end, metas)))
        for claim in self.read(target).claims[1:]:
            raise media_error("text.label_elsewhere", place=claim.place)

    def content(self, path: Path) -> Content:
        """See Carrier.content."""
        return plain.digest(_without_marks(read(path)).text)


def _read(text: str, found: Found) -> None:
    linked = False
    for piece in html_places.pieces(text):
        if is_label(piece):
            found.claims.append(Claim("html.meta", piece.attributes.get("content", "").strip()))
        elif _is_source(piece):
            found.source_types.append(piece.attributes.get("content", "").strip())
        elif piece.kind == "start" and piece.name == "script":
            linked = piece.attributes.get("type", "").lower().strip() in {"application/ld+json", "application/json"}
        elif piece.kind == "text" and piece.name == "script" and linked:
            body = text[piece.start : piece.end]
            if "AIGC" in body and "ContentProducer" in body:
                found.claims.append(Claim("html.json_ld", body.strip()[:MAX_JSON], "json_ld"))
        elif piece.kind == "comment":
            inside = labels_in_comments(text[piece.start : piece.end])
            found.claims += [Claim("html.comment", one, "comment") for one in inside]
        elif piece.kind == "start" and piece.name == "link" and "c2pa-manifest" in piece.attributes.get("rel", ""):
            found.c2pa = True


def read(path: Path) -> words.Words:
    """Take an HTML file apart in the encoding that it declares, else as any text.

    Raises:
        MediaError: as words.read; text.encoding when the declared encoding does not fit.
    """
    plainly = words.read_bytes(path)
    declared = _CHARSET.search(plainly[:_PRESCAN]) or _XML_ENCODING.match(plainly[:_PRESCAN])
    if declared is None:
        return words.taken_apart(plainly)
    name = declared[1].decode("ascii").lower()
    try:
        codecs.lookup(name)
    except LookupError:
        return words.taken_apart(plainly)
    # WHATWG Encoding: these names mean another encoding on the web
    name = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
            "ascii": "cp1252", "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8"}.get(name, name)  # fmt: skip
    return words.taken_apart(plainly, declared=name)


def is_label(piece: Piece) -> bool:
    """A meta element whose name contains AIGC (Annex E a)."""
    named = piece.attributes.get("name") or piece.attributes.get("property") or ""
    return piece.kind == "start" and piece.name == "meta" and "AIGC" in named.upper()


def _attribute(value: str) -> str:
    """An attribute value between apostrophes, so that JSON stays readable."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")


def _is_source(piece: Piece) -> bool:
    named = piece.attributes.get("name") or piece.attributes.get("property") or ""
    return piece.kind == "start" and piece.name == "meta" and named.rpartition(":")[2] == SOURCE


def _without_marks(document: words.Words) -> words.Words:
    found = html_places.pieces(document.text)
    return document.without(
        *((one.start, one.end) for one in found if (is_label(one) or _is_source(one)) and _says_only(one))
    )


def _says_only(piece: Piece) -> bool:
    """It does nothing but say: with `http-equiv` the same element sends the reader elsewhere, and is content."""
    return piece.attributes.keys() <= _SAYING


CARRIERS: dict[str, Carrier] = {"html": HtmlCarrier()}
