"""Put the label into one document: which module does it, and what is told of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.text import docx, html, line, markdown, pdf, plain, pptx
from media_jobs.labelling.wish import Wish

_PUT: dict[str, Callable[[Path, Path, str, Wish], dict[str, object]]] = {
    "txt": plain.put,
    "md": markdown.put,
    "html": html.put,
    "docx": docx.put,
    "pptx": pptx.put,
    "pdf": pdf.put,
}


def put(source: Path, target: Path, *, container: Container, wish: Wish) -> dict[str, object]:
    """See Labeller.put.

    Returns:
        text (the label's line), illegible (bool), notes, where ("first_and_last" or "" without explicit label), and
        encoding (TXT, Markdown, HTML) or boxes (PPTX, PDF: page number from 0, left, top, right, bottom as seen, in
        points).

    Raises:
        MediaError: text.*, media.*, label.*.
    """
    words = line.wished(wish)
    if container.name not in _PUT:
        if wish.explicit:
            raise media_error("text.spreadsheet")
        shutil.copyfile(source, target)
        return {"text": "", "illegible": False, "notes": [], "where": ""}
    told = _PUT[container.name](source, target, words, wish)
    shown = {"text": words, "where": "first_and_last"} if wish.explicit else {"text": "", "where": ""}
    return {"illegible": False, "notes": [], **told, **shown}
