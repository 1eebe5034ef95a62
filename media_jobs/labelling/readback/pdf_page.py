"""What one PDF page draws, as far as a line of text on a plate needs it: runs of text, filled rectangles, images."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pikepdf

from media_jobs.labelling.readback.colours import contrast
from media_jobs.labelling.readback.pdf_space import Box, Matrix, at, cut, fitted, matrix, share, times

_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_OPERATORS = "q Q cm rg g k re f F f* B B* b b* n S s W W* gs BMC BDC EMC BT Tf Tr Td TD Tm Tj TJ ' \" Do"
_MEANT = re.compile(rb"(?<=\s)[A-Za-z'\"]{1,2}\*?(?=\s)")
_DEEPEST = 8
_MOST_STEPS = 2_000_000
_FILLS = {"f", "F", "f*", "B", "B*", "b", "b*"}
_PAINTS = {*_FILLS, "n", "S", "s"}
_MARKS = {"BMC", "BDC", "EMC"}
_SHOWS = {"Tj", "TJ", "'", '"'}
_COVERED = 0.1  # of a run's box
_GLASS = 0.5  # opacity below which nothing is called seen, or covering
_UNSHOWN = 2 | 32  # annotation flags Hidden and NoView
_MOST_ANNOTATIONS = 5000
_DRAWN_BY_VIEWERS = {"/Square", "/Circle", "/FreeText", "/Stamp", "/Redact", "/Screen", "/RichMedia", "/3D", "/Movie"}
_BLACK, _WHITE = "000000", "FFFFFF"


@dataclass(frozen=True)
class Run:
    """One piece of text as seen: origin and font size in points from the lower left, colour, rendering mode, order."""

    text: str
    x: float
    y: float
    size: float
    upright: bool
    colour: str
    mode: int
    order: int
    unseen: str = ""  # why what stands around it hides it: "transparent", "clipped", "layer"

    @property
    def box(self) -> Box:
        """About what its characters fill."""
        wide = sum(0.9 if ord(one) > 0x2E7F else 0.5 for one in self.text) * self.size
        return self.x, self.y, self.x + wide, self.y + 0.7 * self.size


@dataclass(frozen=True)
class Patch:
    """A filled rectangle or an image: left, bottom, right, top as seen; colour "" for an image."""

    box: tuple[float, float, float, float]
    colour: str
    order: int


@dataclass
class _State:
    matrix: Matrix = _UNIT
    colour: str = _BLACK
    font: Any = None
    size: float = 1.0
    mode: int = 0
    line: Matrix = _UNIT
    opaque: float = 1.0
    clip: Box | None = None

    def change(self, name: str, numbers: list[float], operands: list[Any], resources: Any) -> None:
        """What one operator does to the graphics and text state; others have no part in a label."""
        if name == "cm":
            self.matrix = times(matrix(numbers), self.matrix)
        elif name in {"rg", "g", "k"}:
            self.colour = _colour(numbers)
        elif name == "BT":
            self.line = _UNIT
        elif name == "Tf":
            fonts = resources.get("/Font") if resources is not None else None
            self.font = fonts.get(str(operands[0])) if fonts is not None else None
            self.size = numbers[0]
        elif name == "gs":
            self.look_up(resources, operands)
        elif name == "Tr":
            self.mode = int(numbers[0])
        elif name in {"Td", "TD"}:
            self.line = times((1.0, 0.0, 0.0, 1.0, numbers[0], numbers[1]), self.line)
        elif name == "Tm":
            self.line = matrix(numbers)

    def look_up(self, resources: Any, operands: list[Any]) -> None:
        """How opaque a named graphics state makes what is painted; under a soft mask it may be nothing."""
        states = resources.get("/ExtGState") if resources is not None else None
        found = states.get(str(operands[0])) if states is not None else None
        if found is None:
            return
        self.opaque = float(found.get("/ca", self.opaque))
        if isinstance(found.get("/SMask"), pikepdf.Dictionary):
            self.opaque = 0.0


@dataclass
class _Path:
    """The rectangles of the path that is being drawn, and whether it will clip."""

    boxes: list[Box] = field(default_factory=list)
    clips: bool = False


class Screen:
    """The page after rotation, crop and user unit: width and height in points, and what it draws in order."""

    def __init__(self, page: pikepdf.Page) -> None:
        crop = [float(one) for one in page.cropbox]
        media = [float(one) for one in page.mediabox]
        self._left, self._bottom = max(min(crop[0::2]), min(media[0::2])), max(min(crop[1::2]), min(media[1::2]))
        right, top = min(max(crop[0::2]), max(media[0::2])), min(max(crop[1::2]), max(media[1::2]))
        self._wide, self._high = right - self._left, top - self._bottom
        self._unit = float(page.obj.get("/UserUnit", 1))
        self._turn = int(page.rotation) % 360
        size = (self._wide * self._unit, self._high * self._unit)
        self.width, self.height = size[::-1] if self._turn % 180 else size
        self.runs: list[Run] = []
        self.patches: list[Patch] = []
        self._steps = 0
        self._layers: list[bool] = []  # of the marked content that is open: whether it may be switched off
        self._fonts: dict[tuple[int, int], dict[int, str]] = {}
        self._play(page, page.resources, _State(), 0)
        self._cover(page)

    def contrast(self, run: Run) -> float:
        """Of a run against the last rectangle below it; white paper where there is none."""
        below = [one.colour for one in self.patches if one.order < run.order and _inside(run, one.box) and one.colour]
        return contrast(run.colour, below[-1] if below else _WHITE)

    def covered(self, run: Run) -> bool:
        """Whether something was painted over a run afterwards, be it an annotation."""
        return any(one.order > run.order and share(run.box, one.box) > _COVERED for one in self.patches)

    def _cover(self, page: pikepdf.Page) -> None:
        """What annotations paint over the page: patches, but no words."""
        found = page.obj.get("/Annots")
        said = len(self.runs)
        for one in list(found)[:_MOST_ANNOTATIONS] if isinstance(found, pikepdf.Array) else []:
            kind = str(one.get("/Subtype")) if isinstance(one, pikepdf.Dictionary) else ""
            sides = [float(side) for side in one.get("/Rect", [])] if kind else []
            if len(sides) != 4 or int(one.get("/F", 0)) & _UNSHOWN or kind in {"/Link", "/Popup"}:
                continue
            rect = (min(sides[0::2]), min(sides[1::2]), max(sides[0::2]), max(sides[1::2]))
            faces = one.get("/AP")
            face = faces.get("/N") if faces is not None else None
            if face is not None and not isinstance(face, pikepdf.Stream):
                face = face.get(str(one.get("/AS", "/Off")))
            if isinstance(face, pikepdf.Stream):
                self._play(face, face.get("/Resources"), _State(fitted(face, rect)), 1)
            elif kind in _DRAWN_BY_VIEWERS:
                self._steps += 1
                wide, high = rect[2] - rect[0], rect[3] - rect[1]
                self.patches.append(Patch(self._box(_UNIT, [rect[0], rect[1], wide, high]), "", self._steps))
        del self.runs[said:]

    def _play(self, stream: Any, resources: Any, state: _State, depth: int) -> None:
        kept, path = list[_State](), _Path()
        if sum(1 for _ in _MEANT.finditer(_data(stream))) > _MOST_STEPS:
            raise ValueError("too long")
        for instruction in pikepdf.parse_content_stream(stream, _OPERATORS):
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise ValueError("too long")
            operands, name = list(instruction.operands), str(instruction.operator)
            numbers = [float(one) for one in operands if isinstance(one, int | float | Decimal)]
            if name == "q":
                kept.append(_State(**vars(state)))
            elif name == "Q":
                state = kept.pop() if kept else state
            elif name in _MARKS:
                self._mark(name, operands)
            elif name == "re" and len(numbers) == 4:
                path.boxes.append(self._box(state.matrix, numbers))
            elif name in {"W", "W*"}:
                path.clips = True
            elif name in _PAINTS:
                self._fill(name, path, state)
                path = _Path()
            elif name in _SHOWS:
                self._say(operands, state)
            elif name == "Do":
                self._do(str(operands[0]), resources, state, depth)
            else:
                state.change(name, numbers, operands, resources)

    def _mark(self, name: str, operands: list[Any]) -> None:
        if name == "EMC":
            del self._layers[-1:]
        else:
            self._layers.append(bool(operands) and str(operands[0]) == "/OC")

    def _fill(self, name: str, path: _Path, state: _State) -> None:
        if name in _FILLS and state.opaque > _GLASS:
            self.patches += [Patch(box, state.colour, self._steps) for box in path.boxes]
        if path.clips:
            state.clip = cut(state.clip, path.boxes)

    def _do(self, name: str, resources: Any, state: _State, depth: int) -> None:
        forms = resources.get("/XObject") if resources is not None else None
        form = forms.get(name) if forms is not None else None
        if not isinstance(form, pikepdf.Stream) or depth >= _DEEPEST:
            return
        self._layers.append("/OC" in form)
        self._paint(form, resources, state, depth)
        self._layers.pop()

    def _paint(self, form: pikepdf.Stream, resources: Any, state: _State, depth: int) -> None:
        if str(form.get("/Subtype")) == "/Image":
            if state.opaque > _GLASS:
                self.patches.append(Patch(self._box(state.matrix, [0, 0, 1, 1]), "", self._steps))
            return
        inner = matrix([float(one) for one in form.get("/Matrix", [1, 0, 0, 1, 0, 0])])
        within = _State(**{**vars(state), "matrix": times(inner, state.matrix)})
        layers = list(self._layers)
        self._play(form, form.get("/Resources", resources), within, depth + 1)
        self._layers = layers

    def _say(self, operands: list[Any], state: _State) -> None:
        matrix = times(state.line, state.matrix)
        parts = [one for operand in operands for one in (operand if isinstance(operand, pikepdf.Array) else [operand])]
        words = "".join(self._decoded(bytes(one), state.font) for one in parts if isinstance(one, pikepdf.String))
        x, y = self._seen(*at(matrix, 0.0, 0.0))
        along_x, along_y = self._seen(*at(matrix, 1.0, 0.0))
        up_x, up_y = self._seen(*at(matrix, 0.0, 1.0))
        size = ((up_x - x) ** 2 + (up_y - y) ** 2) ** 0.5 * abs(state.size)
        upright = along_x > x and abs(along_y - y) < 1e-3 * (along_x - x) and up_y > y
        run = Run(words, x, y, size, upright, state.colour, state.mode, self._steps)
        if state.opaque < _GLASS:
            run = replace(run, unseen="transparent")
        elif state.clip is not None and share(run.box, state.clip) < 1 - _COVERED:
            run = replace(run, unseen="clipped")
        elif any(self._layers):
            run = replace(run, unseen="layer")
        self.runs.append(run)

    def _decoded(self, data: bytes, font: Any) -> str:
        unicode = font.get("/ToUnicode") if font is not None else None
        if not isinstance(unicode, pikepdf.Stream):
            return data.decode("latin-1")
        if unicode.objgen not in self._fonts:
            self._fonts[unicode.objgen] = _map(unicode.read_bytes())
        table = self._fonts[unicode.objgen]
        wide = 2 if str(font.get("/Subtype")) == "/Type0" else 1
        return "".join(table.get(int.from_bytes(data[at : at + wide], "big"), "") for at in range(0, len(data), wide))

    def _seen(self, x: float, y: float) -> tuple[float, float]:
        u, v = (x - self._left) / self._wide, (y - self._bottom) / self._high
        u, v = {0: (u, v), 90: (v, 1 - u), 180: (1 - u, 1 - v), 270: (1 - v, u)}[self._turn]
        return u * self.width, v * self.height

    def _box(self, matrix: Matrix, sides: list[float]) -> tuple[float, float, float, float]:
        corners = [
            self._seen(*at(matrix, sides[0] + dx * sides[2], sides[1] + dy * sides[3]))
            for dx in (0, 1)
            for dy in (0, 1)
        ]
        xs, ys = [one[0] for one in corners], [one[1] for one in corners]
        return min(xs), min(ys), max(xs), max(ys)


def _data(stream: Any) -> bytes:
    """The operators of a page or form."""
    if isinstance(stream, pikepdf.Stream):
        return stream.read_bytes()
    found = stream.obj.get("/Contents")
    parts = found if isinstance(found, pikepdf.Array) else [found]
    return b"\n".join(one.read_bytes() for one in parts if isinstance(one, pikepdf.Stream))


def _inside(run: Run, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= run.x <= box[2] and box[1] <= run.y <= box[3]


def _colour(numbers: list[float]) -> str:
    if len(numbers) == 4:
        numbers = [(1 - one) * (1 - numbers[3]) for one in numbers[:3]]
    levels = numbers * 3 if len(numbers) == 1 else numbers
    return "".join(f"{round(255 * min(1.0, max(0.0, level))):02X}" for level in levels[:3])


def _map(cmap: bytes) -> dict[int, str]:
    """Codes to characters, of bfchar rows."""
    table = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, said in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[int(code, 16)] = bytes.fromhex(said.decode()).decode("utf-16-be", "replace")
    return table
