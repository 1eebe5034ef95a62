"""PDF: a line at the top of the first page and at the bottom of the last one, on a plate, in the page's own upright.

GB 45438-2025 5.1 gives no height for text. A page that shows text is read as text: 2.5 % of its shorter side, at least
12 pt. A page without any is a picture, and the capitals are 5 % of its shorter side, as 5.2 asks. Tagged files stay
tagged: the line is a pagination artefact, whose words can be selected, searched and copied.
"""

import re
import shutil
from pathlib import Path

import pikepdf

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import pdf_content, pdf_file, xmp
from media_jobs.labelling.text import pdf_font
from media_jobs.labelling.visible import font
from media_jobs.labelling.visible.colour import INK, PAPER
from media_jobs.labelling.wish import Theme, Wish

MARK = "/HallmarkAigcLabel"  # on our streams and forms, by which they are known again
_LEAST, _TEXT_SHARE, _CAPITALS_SHARE = 12.0, 0.025, 0.05
_CAPITALS = 0.733  # height of the font's capitals, in em
_SMALLEST = 4.0
_MAX_FORMS = 100
_MAX_CONTENT = 32 * 1024 * 1024
_MAX_OPERATORS = 1_500_000
_OPERATOR = re.compile(rb"[A-Za-z'\"*](?=[\s\[(</])")  # the last byte of one, or of a name: an upper bound
_TEXT = re.compile(rb"[)>\]]\s*(?:T[jJ]\b|['\"])")
_PERSONAL = {"/Company", "/Manager", "/LastModifiedBy", "/HyperlinkBase", "/SourceModified"}
Box = tuple[float, float, float, float]


def put(source: Path, target: Path, label: str, wish: Wish) -> dict[str, object]:
    """Write `target`; see label.put.

    Raises:
        MediaError: label.text_not_drawable, text.encrypted, text.signed, text.xfa, text.page_too_small, media.damaged.
    """
    missing = font.uncovered(label)
    if missing and wish.explicit:
        raise media_error("label.text_not_drawable", characters=missing[:20])
    notes: list[str] = []
    boxes: list[dict[str, object]] = []
    with pdf_file.opened(source) as document:
        pdf_file.check_may_change(document)
        _clean(document, notes)
        if wish.explicit:
            boxes = _draw(document, label, wish, notes)
        elif not notes:
            shutil.copyfile(source, target)
            return {"notes": notes}
        pdf_file.save(document, target)
    return {"notes": notes, "boxes": boxes}


def probe(path: Path) -> int:
    """The number of pages of a document that can be labelled.

    Raises:
        MediaError: as put.
    """
    with pdf_file.opened(path) as document:
        pdf_file.check_may_change(document)
        return len(document.pages)


def _draw(document: pikepdf.Pdf, label: str, wish: Wish, notes: list[str]) -> list[dict[str, object]]:
    last = len(document.pages) - 1
    places: dict[int, list[bool]] = {0: [True]}
    places.setdefault(last, []).append(False)
    type_face = pdf_font.embedded(document, label)
    boxes = []
    for number, tops in places.items():
        page = document.pages[number].obj
        _without_ours(page)
        seen = _Seen(page)
        content, around, shows_text = _content(document.pages[number])
        size = _size(seen, label, shows_text=shows_text)
        drawn = []
        for top in tops:
            box = _place(seen, size, label, top=top, right=wish.theme == Theme.CN_EU)
            name = f"{MARK}{'Top' if top else 'Bottom'}"
            _resource(page, name, _form(document, type_face, box, size, label))
            drawn.append(b"q %s cm %s Do Q\n" % (seen.matrix(box[0], box[1]), name.encode()))
            boxes.append({"page": number, "box": [round(edge, 2) for edge in box]})
        before, after = (
            document.make_stream(around[0] + b"\n"),
            document.make_stream(b"\n" + around[1] + b"\n" + b"".join(drawn)),
        )
        before[MARK] = after[MARK] = True
        page.Contents = pikepdf.Array([before, *content, after])
        if "/Thumb" in page:
            del page.Thumb
            notes.append("preview_removed")
    return boxes


class _Seen:
    """A page as people see it: points from its lower left corner, after rotation, crop and user unit."""

    def __init__(self, page: pikepdf.Object) -> None:
        media = _rectangle(pdf_content.inherited(page, "/MediaBox")) or (0.0, 0.0, 612.0, 792.0)
        crop = _rectangle(pdf_content.inherited(page, "/CropBox")) or media
        self._box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
        if self._box[0] >= self._box[2] or self._box[1] >= self._box[3]:
            self._box = media
        unit = page.get("/UserUnit")
        self._unit = float(unit) if unit is not None and float(unit) > 0 else 1.0
        turn = pdf_content.inherited(page, "/Rotate")
        self._turn = int(turn) % 360 // 90 if isinstance(turn, int) else 0
        size = ((self._box[2] - self._box[0]) * self._unit, (self._box[3] - self._box[1]) * self._unit)
        self.width, self.height = size if self._turn % 2 == 0 else size[::-1]

    def matrix(self, x: float, y: float) -> bytes:
        """The cm operands that put the origin at (x, y) as seen, upright, in points."""
        left, bottom, right, top = self._box
        cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[self._turn]
        at_x, at_y = ((left, bottom), (right, bottom), (right, top), (left, top))[self._turn]
        scale = 1 / self._unit
        where = (at_x + (cosine * x - sine * y) * scale, at_y + (sine * x + cosine * y) * scale)
        numbers = (cosine * scale, sine * scale, -sine * scale, cosine * scale, *where)
        return " ".join(f"{number:.5f}" for number in numbers).encode()


def _rectangle(value: object) -> Box | None:
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    numbers = [float(number) for number in value]
    if not all(abs(number) < 1e7 for number in numbers):
        raise media_error("media.damaged")
    return min(numbers[0::2]), min(numbers[1::2]), max(numbers[0::2]), max(numbers[1::2])


def _size(seen: _Seen, label: str, *, shows_text: bool) -> float:
    """The font size in points.

    Raises:
        MediaError: text.page_too_small.
    """
    shorter = min(seen.width, seen.height)
    wished = max(_LEAST, _TEXT_SHARE * shorter) if shows_text else _CAPITALS_SHARE * shorter / _CAPITALS
    fits = min(seen.width / (pdf_font.width(label) + 2.2), seen.height / 3.2)
    size = min(max(wished, _LEAST), fits)
    if size < _SMALLEST or (not shows_text and size * _CAPITALS < _CAPITALS_SHARE * shorter):
        raise media_error("text.page_too_small", width=round(seen.width), height=round(seen.height))
    return size


def _place(seen: _Seen, size: float, label: str, *, top: bool, right: bool) -> Box:
    """Left, bottom, right, top of the plate as seen, in points from the lower left corner, within the page's margin."""
    wide, high, margin = (pdf_font.width(label) + 1.2) * size, 1.5 * size, 0.4 * size
    left = seen.width - margin - wide if right else margin
    bottom = seen.height - margin - high if top else margin
    return left, bottom, left + wide, bottom + high


def _form(document: pikepdf.Pdf, type_face: pikepdf.Object, box: Box, size: float, label: str) -> pikepdf.Object:
    wide, high = box[2] - box[0], box[3] - box[1]
    plate, ink = (" ".join(f"{channel / 255:.3f}" for channel in colour).encode() for colour in (PAPER, INK))
    body = b"".join(
        (
            b"/Artifact <</Type /Pagination>> BDC\n",
            b"%s rg 0 0 %.3f %.3f re f\n" % (plate, wide, high),
            b"%s RG 0.5 w 0.25 0.25 %.3f %.3f re S\n" % (ink, wide - 0.5, high - 0.5),
            b"BT /Label %.3f Tf %s rg 0 Tr %.3f %.3f Td %s Tj ET\nEMC\n"
            % (size, ink, 0.6 * size, 0.4 * size, pdf_font.shown(label)),
        )
    )
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(Label=type_face))
    form = document.make_stream(
        body, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, wide, high], Resources=resources
    )
    form[MARK] = True
    return form


def _resource(page: pikepdf.Object, name: str, form: pikepdf.Object) -> None:
    """Add the form to this page's own resources, not to those that it shares."""
    found = pdf_content.inherited(page, "/Resources")
    resources = (
        pikepdf.Dictionary(dict(found.items())) if isinstance(found, pikepdf.Dictionary) else pikepdf.Dictionary()
    )
    old = resources.get("/XObject")
    forms = dict(old.items()) if isinstance(old, pikepdf.Dictionary) else {}
    resources.XObject = pikepdf.Dictionary({**forms, name: form})
    page.Resources = resources


def _content(page: pikepdf.Page) -> tuple[list[pikepdf.Stream], tuple[bytes, bytes], bool]:
    """A page's content streams, what must stand before and behind them, and whether they show text.

    Nothing they leave open (a graphics state, a text object, a hidden layer) or close too often reaches the label.

    Raises:
        MediaError: text.too_much, media.damaged.
    """
    found = page.obj.get("/Contents")
    streams = [
        one for one in (found if isinstance(found, pikepdf.Array) else [found]) if isinstance(one, pikepdf.Stream)
    ]
    data = b"\n".join(one.read_bytes() for one in streams)
    if len(data) > _MAX_CONTENT or sum(1 for _ in _OPERATOR.finditer(data)) > _MAX_OPERATORS:
        raise media_error("text.too_much")
    depth = lowest = marked = 0
    in_text = False
    for instruction in pikepdf.parse_content_stream(page, "q Q BT ET BMC BDC EMC") if streams else []:
        name = str(instruction.operator)
        depth += {"q": 1, "Q": -1}.get(name, 0)
        lowest = min(lowest, depth)
        marked = max(0, marked + {"BMC": 1, "BDC": 1, "EMC": -1}.get(name, 0))
        in_text = name == "BT" or (in_text and name != "ET")
    kept = 1 - lowest  # one state for each Q too many, and the first for the label
    closing = b"ET " * in_text + b"EMC " * marked + b"Q " * (kept + depth)
    return streams, (b"q " * kept, closing), bool(_TEXT.search(data)) or _forms_show_text(page.obj)


def _forms_show_text(page: pikepdf.Object) -> bool:
    """Whether a form that the page uses shows text; one deeper inside may be missed, and the label is larger then."""
    resources = pdf_content.inherited(page, "/Resources")
    forms = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(forms, pikepdf.Dictionary):
        return False
    for one in list(forms.as_dict().values())[:_MAX_FORMS]:
        form = isinstance(one, pikepdf.Stream) and MARK not in one and one.get("/Subtype") == pikepdf.Name.Form
        if form and _TEXT.search(one.read_bytes()):
            return True
    return False


def _without_ours(page: pikepdf.Object) -> None:
    """Take out the streams that an earlier labelling wrapped around the page's content."""
    found = page.get("/Contents")
    if isinstance(found, pikepdf.Array):
        page.Contents = pikepdf.Array([one for one in found if not (isinstance(one, pikepdf.Stream) and MARK in one)])


def _clean(document: pikepdf.Pdf, notes: list[str]) -> None:
    """Leave out what names people who did not ask for it (labelling.text)."""
    values = pdf_file.info(document)
    kept = {key: value for key, value in values.items() if key not in _PERSONAL}
    if len(kept) != len(values):
        pdf_file.with_info(document, kept)
        notes.append("personal_properties_removed")
    packet = pdf_file.packet(document)
    if packet is None:
        return
    cleaned = xmp.cleaned(packet)
    if cleaned is None:
        del document.Root.Metadata
        if xmp.parsed(packet) is None:
            notes.append("unreadable_xmp_replaced")
    elif not document.Root.Metadata.get(MARK):
        pdf_file.with_packet(document, cleaned)
