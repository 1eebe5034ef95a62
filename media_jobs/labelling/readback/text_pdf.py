"""PDF read back: the label in the raw bytes, the lines by interpreting what the first and the last page draw."""

import html
import re
from pathlib import Path
from typing import Any

import pikepdf

from media_jobs.labelling.readback import pdf_bytes
from media_jobs.labelling.readback.findings import Walked
from media_jobs.labelling.readback.pdf_page import Run, Screen

_OURS = "/HallmarkAigcLabel"
_SOURCE = re.compile(rb"DigitalSourceType[^>\"']*(?:>|=\s*[\"'])\s*(http[^<\"']*)")
_ZONE = 0.15  # of the page's height, in which a first or last line stands
_LEAST_CONTRAST = 4.5
_CAPITALS = 0.733  # of an em, in Noto Sans


def walk(path: Path, container: str) -> Walked:
    """See Looker.walk."""
    walked = Walked(container=container, lossless=True)
    data = path.read_bytes()
    if not data.startswith(b"%PDF-"):
        walked.faults.append("order")
    info = pdf_bytes.info(data)
    if info is not None:
        walked.labels = [("pdf.info", text) for text in pdf_bytes.strings(info, b"/AIGC")]
        walked.mentions = info.count(b"ContentProducer")
    with pikepdf.open(path, attempt_recovery=False) as document:
        packet = document.Root.get("/Metadata")
        xmp = packet.read_bytes() if isinstance(packet, pikepdf.Stream) else b""
        if document.get_warnings() or document.is_encrypted:
            walked.faults.append("order")
    walked.mentions += xmp.count(b"ContentProducer")
    walked.source_types = [html.unescape(one.decode("utf-8", "replace")).strip() for one in _SOURCE.findall(xmp)]
    return walked


def look(path: Path, original: Path, *, container: str, report: dict[str, Any]) -> dict[str, Any]:
    """See Looker.look."""
    del container
    wanted = re.sub(r"\s", "", str(report.get("text", "")))
    with (
        pikepdf.open(path, attempt_recovery=False) as document,
        pikepdf.open(original, attempt_recovery=False) as before,
    ):
        explicit = bool(report.get("explicit", True))
        rest = _rest(document, before, explicit=explicit)
        if not explicit:
            return {"first": "", "last": "", "hidden": "", "rest": rest}
        found = [
            _line(document.pages[number], wanted, top=top)
            for number, top in ((0, True), (len(document.pages) - 1, False))
        ]
    return {
        "first": found[0]["words"],
        "last": found[1]["words"],
        "hidden": found[0]["hidden"] or found[1]["hidden"],
        "rest": rest,
        **{key: min(one[key] for one in found) for key in ("contrast", "height")},
        "required": max(one["required"] for one in found),
    }


def _line(page: pikepdf.Page, wanted: str, *, top: bool) -> dict[str, Any]:
    """The label's line on one page, in its zone."""
    screen = Screen(page)
    others = [run for run in screen.runs if re.sub(r"\s", "", run.text) != wanted]
    shorter = min(screen.width, screen.height)
    required = round(max(12.0, 0.025 * shorter) if others else 0.05 * shorter / _CAPITALS, 2)
    told: dict[str, Any] = {"words": "", "hidden": "", "contrast": 0.0, "height": 0.0, "required": required}
    for run in reversed(screen.runs):
        high = run.y / screen.height
        if re.sub(r"\s", "", run.text) != wanted or not ((1 - _ZONE <= high <= 1) if top else (0 <= high <= _ZONE)):
            continue
        ratio = screen.contrast(run)
        return told | {
            "words": run.text,
            "hidden": _why_hidden(run, screen, ratio, required),
            "contrast": round(ratio, 2),
            "height": round(run.size, 2),
        }
    return told


def _why_hidden(run: Run, screen: Screen, ratio: float, required: float) -> str:
    if run.mode in {3, 7}:
        return "invisible text"
    if not run.upright:
        return "turned"
    if run.x < -0.5 or run.x > screen.width:
        return "outside"
    if run.unseen or screen.covered(run):
        return run.unseen or "covered"
    # a page so narrow that the line fills it may have a smaller one; the writer refuses below 4 pt
    fills = run.size * len(run.text) * 0.5 > 0.5 * screen.width
    if run.size < required - 0.05 and not fills:
        return "size"
    return "contrast" if ratio < _LEAST_CONTRAST else ""


def _rest(document: pikepdf.Pdf, before: pikepdf.Pdf, *, explicit: bool) -> list[str]:
    """What differs besides the lines: number of pages, their boxes, content and resources."""
    if len(document.pages) != len(before.pages):
        return ["number of pages"]
    wrong = []
    last = len(document.pages) - 1
    for number, (now, then) in enumerate(zip(document.pages, before.pages, strict=True)):
        changes = explicit and number in {0, last}
        if any(_plain(now, key) != _plain(then, key) for key in ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit")):
            wrong.append(f"page {number + 1}: box")
        if _content(now, bare=changes) != _content(then, bare=changes):
            wrong.append(f"page {number + 1}: content")
        if _names(now, bare=changes) != _names(then, bare=changes):
            wrong.append(f"page {number + 1}: resources")
        if len(wrong) > 5:
            break
    return wrong


def _plain(page: pikepdf.Page, key: str) -> str:
    found = _upwards(page.obj, key)
    return (
        "" if found is None else " ".join(str(one) for one in found) if isinstance(found, pikepdf.Array) else str(found)
    )


def _upwards(node: Any, key: str) -> Any:
    for _ in range(64):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if key in node:
            return node[key]
        node = node.get("/Parent") if key != "/UserUnit" else None
    return None


def _content(page: pikepdf.Page, *, bare: bool) -> list[bytes]:
    found = page.obj.get("/Contents")
    streams = list(found) if isinstance(found, pikepdf.Array) else [found] if found is not None else []
    return [one.read_bytes() for one in streams if isinstance(one, pikepdf.Stream) and not (bare and _OURS in one)]


def _names(page: pikepdf.Page, *, bare: bool) -> list[str]:
    """The resources by category and name, forms and images with the length of their data."""
    resources = _upwards(page.obj, "/Resources")
    rows = []
    for category in resources.keys() if isinstance(resources, pikepdf.Dictionary) else ():
        inside = resources[category]
        if not isinstance(inside, pikepdf.Dictionary):
            rows.append(category)
            continue
        for name in inside.keys():  # noqa: SIM118 - names, not values
            if bare and name.startswith(_OURS):
                continue
            one = inside[name]
            size = len(one.read_raw_bytes()) if isinstance(one, pikepdf.Stream) else 0
            rows.append(f"{category}{name} {size}")
    return sorted(row for row in rows if row != "/XObject")
