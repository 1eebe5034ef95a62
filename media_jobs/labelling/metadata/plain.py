"""TXT: no place for metadata in the file, so the label lies beside it (labelling.sidecar).

Content digest "text-v1": SHA-256 over the characters as UTF-8, line ends as LF, without byte order mark and without the
AIGC metadata that Markdown and HTML hold inside. Another encoding or other line ends leave it the same.
"""

import hashlib
import json
import shutil
from pathlib import Path

from media_jobs.labelling import sidecar
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import words

_LINES = 3  # from either end: a visible label may stand before it
_EDGE = 20 * 1024  # bytes at either end in which a label of the whole text may stand


class TextCarrier:
    """The Carrier of TXT."""

    def read(self, path: Path) -> Found:
        """See Carrier.read: the sidecar, then lines near either end that are nothing but an AIGC object."""
        found = Found()
        try:
            beside = sidecar.read(path)
            content = self.content(path)
            found.claims += [Claim("text.line", line) for line in _label_lines(words.read(path).text)]
        except MediaError as error:
            found.damaged = error.code
            return found
        if beside is not None:
            bound = beside.get("Content") == {"Method": content.method, "SHA256": content.sha256}
            text = json.dumps(beside.get("AIGC"), separators=(",", ":"))
            found.claims.insert(0, Claim("sidecar", text, form="" if bound else "other_content"))
            if isinstance(beside.get("DigitalSourceType"), str):
                found.source_types.append(str(beside["DigitalSourceType"]))
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write: the text as it is, and its sidecar beside `target`."""
        shutil.copyfile(source, target)
        sidecar.write(target, marks, self.content(target))
        for claim in self.read(target).claims[1:]:
            raise media_error("text.label_elsewhere", place=claim.place)

    def content(self, path: Path) -> Content:
        """See Carrier.content."""
        return digest(words.read(path).text)


def digest(text: str) -> Content:
    """The digest "text-v1" of a text."""
    return Content("text-v1", hashlib.sha256(words.canonical(text)).hexdigest())


def _label_lines(text: str) -> list[str]:
    head, tail = text[:_EDGE].split("\n"), text[-_EDGE:].split("\n")
    said = [[line.strip() for line in part if line.strip()] for part in (head, tail)]
    lines = dict.fromkeys([*said[0][:_LINES], *said[1][-_LINES:]])
    return [line for line in lines if line.startswith("{") and "AIGC" in line and "ContentProducer" in line]


CARRIERS: dict[str, Carrier] = {"txt": TextCarrier()}
