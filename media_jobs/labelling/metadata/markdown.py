"""Markdown: the label as `AIGC:` mapping in the YAML front matter (TC260-PG-20258A 6.5).

Front matter that is there stays byte for byte; our keys come last in it. Content digest: "text-v1" (metadata.plain)
over the document without the keys AIGC and DigitalSourceType, and without front matter that holds nothing else.
"""

import json
import re
from pathlib import Path

from media_jobs.labelling.aigc import MAX_JSON
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import front_matter, plain, words
from media_jobs.labelling.metadata.front_matter import Head

SOURCE = "DigitalSourceType"
# A comment or a JSON-LD block that is a label; text about labels stands in code and paragraphs, and is none.
_MOST = 50
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


class MarkdownCarrier:
    """The Carrier of Markdown."""

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        found = Found()
        try:
            text = words.read(path).text
            head = front_matter.find(text)
        except MediaError as error:
            found.damaged = error.code
            return found
        for key in head.keys if head else []:
            if front_matter.is_label(key.name):
                label = front_matter.label_json(text, key)
                form = "" if not key.value.strip() else "flow"
                found.claims.append(Claim("markdown.front_matter", label, form))
            elif key.name == SOURCE:
                found.source_types.append(str(json.loads(json.dumps(key.value.strip().strip("\"'")))))
        found.claims += [Claim("markdown.comment", one, "comment") for one in labels_in_comments(text)]
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write."""
        document = words.read(source)
        document = document.without(*_ours(front_matter.find(document.text)))
        head, newline = front_matter.find(document.text), document.newline
        lines = [
            "AIGC:",
            *(f"  {key}: {_quoted(value)}" for key, value in marks.label.values().items()),
            f"{SOURCE}: {_quoted(marks.source_type)}",
        ]
        block = "".join(line + newline for line in lines)
        if head is None:
            if document.text.startswith("+++"):
                raise media_error("text.front_matter")
            data = document.with_inserted((0, f"---{newline}{block}---{newline}"))
        elif head.plain:
            data = document.with_inserted((head.end, block))
        else:
            raise media_error("text.front_matter")
        target.write_bytes(data)
        for claim in self.read(target).claims[1:]:
            raise media_error("text.label_elsewhere", place=claim.place)

    def content(self, path: Path) -> Content:
        """See Carrier.content."""
        document = words.read(path)
        head = front_matter.find(document.text)
        document = document.without(*_ours(head))
        rest = front_matter.find(document.text)
        if rest is not None and head is not None and not document.text[rest.start : rest.end].strip():
            document = document.without((0, rest.after))
        return plain.digest(document.text)


def _ours(head: Head | None) -> list[tuple[int, int]]:
    """The characters of every key that a label stands in."""
    keys = head.keys if head else []
    return [(key.start, key.end) for key in keys if front_matter.is_label(key.name) or key.name == SOURCE]


def _quoted(value: str) -> str:
    """A YAML scalar in double quotes; label values are printable ASCII, which JSON and YAML quote alike."""
    return json.dumps(value)


def labels_in_comments(text: str) -> list[str]:
    """HTML comments that hold an AIGC object."""
    found: list[str] = []
    at = text.find("<!--")
    while at >= 0 and len(found) < _MOST:
        end = text.find("-->", at + 4)
        if end < 0:
            break
        said = text[at + 4 : min(end, at + MAX_JSON)]
        if "AIGC" in said and "ContentProducer" in said:
            body = _OBJECT.search(said)
            found.append(body[0] if body else said.strip())
        at = text.find("<!--", end)
    return found


CARRIERS: dict[str, Carrier] = {"md": MarkdownCarrier()}
