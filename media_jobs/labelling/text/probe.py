"""Look at an untrusted document once, completely."""

from pathlib import Path

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.metadata import carrier, html_places, words
from media_jobs.labelling.metadata import html as html_carrier
from media_jobs.labelling.metadata.archive import Archive
from media_jobs.labelling.metadata.opc import Package
from media_jobs.labelling.text import markdown, pdf, pptx

_NOTHING = {"seen_width": 0, "seen_height": 0, "duration": 0.0, "has_sound": False, "camera": False}


def probe(path: Path, *, container: Container, limits: ProbeLimits) -> dict[str, object]:
    """See Labeller.probe.

    Returns:
        pages (slides or PDF pages, 0 elsewhere), characters (of TXT, Markdown, HTML, else 0), encoding ("" elsewhere),
        and the fields of every probe.

    Raises:
        MediaError: text.*, media.damaged, media.truncated.
    """
    told: dict[str, object] = {"pages": 0, "characters": 0, "encoding": "", **_NOTHING}
    if container.name == "pdf":
        told["pages"] = pdf.probe(path)
    elif container.name in {"txt", "md", "html"}:
        told |= _text(path, container.name, limits)
    else:
        with Archive(path) as archive:
            package = Package(archive, container.name)
            if container.name == "pptx":
                told["pages"] = len(pptx.shown(package)[2])
            elif container.name == "xlsx":
                raise media_error("text.spreadsheet")
    carrier(container).content(path)  # unpacks everything there is, within its bounds
    return told


def _text(path: Path, container: str, limits: ProbeLimits) -> dict[str, object]:
    document = html_carrier.read(path) if container == "html" else words.read(path)
    if len(document.text) > limits.max_characters:
        raise media_error("text.too_long", characters=len(document.text), max_characters=limits.max_characters)
    if container == "html":
        plan = html_places.outline(document.text)
        if plan.frameset:
            raise media_error("text.frameset")
        if plan.unclosed:
            raise media_error("text.unclosed", what=plan.unclosed)
    elif container == "md":
        markdown.unclosed(document.text[markdown.begin_of(document.text) :])
    return {"characters": len(document.text), "encoding": document.encoding}
