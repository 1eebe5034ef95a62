"""TXT, Markdown and HTML read back: json, re and html.parser of the standard library, nothing of the carriers."""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from media_jobs.labelling.readback.findings import Walked

_HEAD = re.compile(r"\A\ufeff?---[ \t]*\r?\n?\r?(.*?)^(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^AIGC:[ \t]*\r?\n?((?:[ ]+\w+: \"(?:[^\"\\]|\\.)*\"\r?\n?)+)", re.MULTILINE)
_KEY = re.compile(r"[ ]+(\w+): (\"(?:[^\"\\]|\\.)*\")")
_SOURCE = re.compile(r"^DigitalSourceType: \"([^\"]*)\"\r?\n?", re.MULTILINE)
_META = re.compile(r"<meta\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_OURS = re.compile(r"name\s*=\s*[\"']?(?:[\w:.-]*AIGC|DigitalSourceType)", re.IGNORECASE)
_ANY_ENTRY = re.compile(r"^[\"']?\w*AIGC\w*[\"']?[ \t]*:.*(?:\r?\n[ \t]+.*)*(?:\r?\n|\Z)", re.IGNORECASE | re.MULTILINE)
_MARKED = re.compile(r"<p data-aigc-label=\"(?:first|last)\".*?</p>", re.DOTALL)
_EARLIER = r"[^\r\n]{0,40}(?:人工智能|AI)[^\r\n]{0,40}(?:生成|合成)[^\r\n]{0,40}"
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0", re.IGNORECASE
)
_UNSEEN = {"script", "style", "template", "noscript", "title", "head", "textarea", "select", "iframe", "svg"}
_VOID = {"meta", "link", "br", "hr", "img", "input", "base", "area", "col", "embed", "source", "track", "wbr", "param"}


def walk(path: Path, container: str) -> Walked:
    """See Looker.walk."""
    walked = Walked(container=container, lossless=True)
    text = _text(path)
    if container == "txt":
        _walk_beside(path, text, walked)
    elif container == "md":
        head = _HEAD.match(text)
        inside = head[1] if head else ""
        for entry in _ENTRY.finditer(inside):
            pairs = ",".join(f"{json.dumps(key)}:{value}" for key, value in _KEY.findall(entry[1]))
            walked.labels.append(("markdown.front_matter", "{" + pairs + "}"))
        walked.source_types = _SOURCE.findall(inside)
        walked.mentions = inside.count("ContentProducer")
        walked.mentions += sum(part.partition("-->")[0].count("ContentProducer") for part in text.split("<!--")[1:])
    else:
        page = _Page()
        page.feed(text)
        page.close()
        walked.labels = [("html.meta", one) for one in page.labels]
        walked.source_types, walked.mentions = page.source_types, page.mentions
    return walked


def look(path: Path, original: Path, *, container: str, report: dict[str, Any]) -> dict[str, Any]:
    """See Looker.look."""
    text, before = _text(path), _text(original)
    label, explicit = str(report.get("text", "")), bool(report.get("explicit", True))
    if container == "html":
        return _look_html(text, before, explicit=explicit)
    head = then = ""
    if container == "md":
        (head, text), (then, before) = _parted(text), _parted(before)
        label = re.sub(r"([\\`*_{}\[\]()#+\-.!<>&|~])", r"\\\1", label)
    rest = [] if _encoding(path.read_bytes()) == _encoding(original.read_bytes()) else ["encoding"]
    if head != then:
        rest.append("front matter")
    if not explicit:
        return {"first": "", "last": "", "hidden": "", "rest": rest + ["text"] * (text != before)}
    closed = "fence_closed" in report.get("notes", [])
    if _core(text, label, closed=closed) not in _cores(before, label):
        rest.append("text")
    lines = [line.strip() for line in re.split(r"\r\n|\n|\r", text) if line.strip()]
    first, last = (lines[0], lines[-1]) if lines else ("", "")
    if container == "md":
        first, last = (re.sub(r"\\(.)", r"\1", line) for line in (first, last))
    return {"first": first, "last": last, "hidden": "", "rest": rest}


def _core(text: str, label: str, *, closed: bool = False) -> str:
    """The text between its two label lines, without line ends at its edges."""
    text = text.strip("\r\n")
    text = text.removeprefix(label) if re.match(re.escape(label) + r"[\r\n]", text) else text
    text = text.removesuffix(label) if re.search(r"[\r\n]" + re.escape(label) + r"\Z", text) else text
    text = text.strip("\r\n")
    return re.sub(r"[\r\n]+(?:`{3,}|~{3,})\Z", "", text).strip("\r\n") if closed else text


def _cores(before: str, label: str) -> set[str]:
    """What may stand between the labels: the original, or the original without label lines that it had."""
    whole = before.strip("\r\n")
    first = re.compile(rf"{_EARLIER}(?:[\r\n]+|\Z)").match(whole)
    last = re.compile(rf"(?:\A|[\r\n]){_EARLIER}\Z").search(whole, max(0, len(whole) - 300))
    begins, ends = {0, first.end() if first else 0}, {len(whole), last.start() if last else len(whole)}
    return {whole[begin:end].strip("\r\n") for begin in begins for end in ends} | {_core(whole, label)}


def _parted(text: str) -> tuple[str, str]:
    """What a Markdown head says besides our entries, and the document below it."""
    head = _HEAD.match(text)
    if head is None:
        return "", text
    return _SOURCE.sub("", _ANY_ENTRY.sub("", head[1])).strip("\r\n"), text[head.end() :]


def _look_html(text: str, before: str, *, explicit: bool) -> dict[str, Any]:
    bare = [_META.sub(lambda tag: "" if _OURS.search(tag[0]) else tag[0], one) for one in (text, before)]
    if explicit:
        bare = [_MARKED.sub("", one) for one in bare]
    page = _Page()
    page.feed(text)
    page.close()
    said = [mark for words, mark in page.said if words.strip()]
    return {
        "first": "".join(page.marked["first"]) if said and said[0] == "first" else "",
        "last": "".join(page.marked["last"]) if said and said[-1] == "last" else "",
        "hidden": next(iter(page.hidden), ""),
        "rest": [] if bare[0] == bare[1] else ["markup"],
    }


class _Page(HTMLParser):
    """What a page says, in order, and the marks in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.labels: list[str] = []
        self.source_types: list[str] = []
        self.mentions = 0
        self.said: list[tuple[str, str]] = []
        self.marked: dict[str, list[str]] = {"first": [], "last": []}
        self.hidden: list[str] = []
        self._within: list[tuple[str, bool]] = []
        self._unseen = 0
        self._mark = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "meta":
            content = given.get("content", "")
            if "AIGC" in given.get("name", "").upper():
                self.labels.append(content)
            elif given.get("name") == "DigitalSourceType":
                self.source_types.append(content)
            self.mentions += content.count("ContentProducer")
        unseen = tag in _UNSEEN or "hidden" in given or bool(_HIDING.search(given.get("style", "")))
        if tag not in _VOID:
            self._within.append((tag, unseen))
            self._unseen += unseen
        mark = given.get("data-aigc-label", "")
        if tag == "p" and mark in self.marked:
            self._mark = mark
            if self._unseen:
                self.hidden.append("inside " + next(name for name, unseen in self._within if unseen))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._mark = ""
        for at in range(len(self._within) - 1, max(-1, len(self._within) - 64), -1):
            if self._within[at][0] == tag:
                self._unseen -= sum(unseen for _, unseen in self._within[at:])
                del self._within[at:]
                break

    def handle_data(self, data: str) -> None:
        within = self._within[-1][0] if self._within else ""
        if within == "script":
            self.mentions += data.count("ContentProducer")
        if self._mark:
            self.marked[self._mark].append(data)
        if not self._unseen:
            self.said.append((data, self._mark))

    def handle_comment(self, data: str) -> None:
        self.mentions += data.count("ContentProducer")


def _walk_beside(path: Path, text: str, walked: Walked) -> None:
    """The sidecar of a TXT file; its digest is computed anew."""
    raw = (path.parent / (path.name + ".aigc.json")).read_text(encoding="utf-8")
    found = json.loads(raw)
    walked.labels.append(("sidecar", json.dumps(found["AIGC"])))
    walked.source_types.append(str(found["DigitalSourceType"]))
    walked.mentions = raw.count("ContentProducer")
    lines = "\n".join(re.split(r"\r\n|\r|\n", text))
    if found["Content"] != {"Method": "text-v1", "SHA256": hashlib.sha256(lines.encode()).hexdigest()}:
        walked.faults.append("checksum")


def _text(path: Path) -> str:
    data = path.read_bytes()
    return data.decode(_encoding(data))


def _encoding(data: bytes) -> str:
    """utf-8-sig, utf-16, what the page declares, utf-8 or gb18030, in this order."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    told = re.search(
        rb"<meta[^>]*charset\s*=\s*[\"']?([\w-]+)|^<\?xml[^>]*encoding=[\"']([\w-]+)", data[:1024], re.IGNORECASE
    )
    if told and b"<" in data[:512]:
        name = (told[1] or told[2]).decode().lower()
        return {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "cp1252"}.get(name, name)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
