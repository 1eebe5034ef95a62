"""What a browser reads from a page: its forms as they would be sent, links, headings, alerts and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"input", "br", "hr", "img", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}


@dataclass
class Form:
    """One form of a page."""

    action: str = ""
    method: str = "get"
    multipart: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    # Values that may be chosen, of radio buttons, checkboxes, selections and buttons.
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    # Other addresses that its buttons send it to.
    formactions: list[str] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Return every name that the form can send."""
        return {*self.fields, *self.choices, *self.files}


class Reader(HTMLParser):
    """Collects forms, links, headings, alerts and the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.headings: list[str] = []
        self.alerts: list[str] = []
        self.words: list[str] = []
        self._has_main = False
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select = ""
        self._area = ""
        self._open: list[tuple[str, str]] = []
        self._sinks: list[tuple[str, list[str]]] = []

    def _target(self, attributes: Mapping[str, str]) -> Form | None:
        return self._by_id.get(attributes["form"]) if "form" in attributes else self._form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: PLR0912 - one branch a tag
        have = {name: value or "" for name, value in attrs}
        kinds = have.get("class", "").split()
        if tag not in _VOID:
            self._open.append((tag, have.get("class", "")))
        if tag == "main" and not self._has_main:
            self._has_main, self.words = True, []  # the page's own words, without header and navigation
        if tag == "form":
            self._form = Form(
                action=have.get("action", ""),
                method=have.get("method", "get").lower(),
                multipart=have.get("enctype") == "multipart/form-data",
            )
            self.forms.append(self._form)
            if "id" in have:
                self._by_id[have["id"]] = self._form
        form = self._target(have)
        if form is not None and "disabled" not in have:
            name = have.get("name", "")
            if tag == "input" and name:
                self._input(form, name, have)
            elif tag == "select" and name:
                self._select = name
                form.choices.setdefault(name, [])
            elif tag == "option" and self._select:
                form.choices[self._select].append(have.get("value", ""))
                if "selected" in have or self._select not in form.fields:
                    form.fields[self._select] = [have.get("value", "")]
            elif tag == "textarea" and name:
                self._area = name
                form.fields[name] = [""]
            elif tag == "button" and name:
                form.choices.setdefault(name, []).append(have.get("value", ""))
            if tag == "button" and "formaction" in have:
                form.formactions.append(have["formaction"])
        if tag == "a" and "href" in have:
            self.links.append((have["href"], ""))
        if tag in {"h1", "h2", "h3"}:
            self._sinks.append((tag, []))
        elif tag not in _VOID and ({"alert", "errorlist", "invalid-feedback"} & set(kinds)):
            self._sinks.append((f"alert:{len(self._open)}", []))

    def _input(self, form: Form, name: str, have: Mapping[str, str]) -> None:
        kind = have.get("type", "text").lower()
        if kind in {"radio", "checkbox"}:
            value = have.get("value", "on")
            form.choices.setdefault(name, []).append(value)
            if "checked" in have:
                form.fields.setdefault(name, []).append(value)
        elif kind == "file":
            form.files.append(name)
        elif kind == "submit":
            form.choices.setdefault(name, []).append(have.get("value", ""))
        elif kind not in {"button", "reset", "image"}:
            form.fields[name] = [have.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if self._sinks:
            mark, words = self._sinks[-1]
            if mark == tag and tag in {"h1", "h2", "h3"}:
                self.headings.append(" ".join(" ".join(words).split()))
                self._sinks.pop()
            elif mark == f"alert:{len(self._open)}":
                self.alerts.append(" ".join(" ".join(words).split()))
                self._sinks.pop()
        if self._open and any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] in {"script", "style"}:
            return
        if self._area and self._form is not None:
            self._form.fields[self._area] = [self._form.fields[self._area][0] + data]
            return
        words = " ".join(data.split())
        if not words:
            return
        if not self._has_main or any(name == "main" for name, _ in self._open):
            self.words.append(words)
        for _, sink in self._sinks:
            sink.append(words)
        if self.links and self._open and any(name == "a" for name, _ in self._open):
            href, text = self.links[-1]
            self.links[-1] = (href, f"{text} {words}".strip())
