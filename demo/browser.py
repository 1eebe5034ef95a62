"""A browser without a screen: cookies, redirects, forms as the page wrote them. Standard library only.

It submits what a person would: a form's hidden fields, the CSRF token among them, travel because the page has them.
"""

import http.cookiejar
import json
import mimetypes
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.html import Form, Reader

TIMEOUT_SECONDS = 60.0


class BrowserError(Exception):
    """The page is not what the story needs; the text says which page and why."""


@dataclass
class Page:
    """What the server answered."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    @property
    def title(self) -> str:
        return self.headings[0] if self.headings else ""

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    def form(self, *names: str, action: str = "", choice: str = "") -> Form:
        """Return the first form that can send all these names, whose action holds the text, and offers the choice.

        Raises:
            BrowserError: the page has none.
        """
        for form in self.forms:
            offered = [value for values in (*form.choices.values(), *form.fields.values()) for value in values]
            actions = (form.action, *form.formactions)
            if set(names) <= form.names and any(action in one for one in actions) and choice in ("", *offered):
                return form
        offered_names = [sorted(form.names - {"csrfmiddlewaretoken"}) for form in self.forms]
        raise BrowserError(
            f"{self.path} ({self.status}, {self.title!r}) has no form with {names or action}; "
            f"its forms send {offered_names}. It says: {self.complaint()}"
        )

    def link(self, part: str) -> str:
        """Return the first link whose address holds the part.

        Raises:
            BrowserError: the page has none.
        """
        for href, _ in self.links:
            if part in href:
                return href
        raise BrowserError(f"{self.path} ({self.title!r}) links to nothing like {part!r}. It says: {self.complaint()}")

    def complaint(self) -> str:
        """Return the page's alerts, or the beginning of its text."""
        return " | ".join(self.alerts) or self.text[:300]


class _KeepErrors(urllib.request.HTTPErrorProcessor):
    """Hands 4xx and 5xx back as answers: the story looks at refusals too."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        if response.status in {301, 302, 303, 307, 308}:
            return super().http_response(request, response)
        return response

    https_response = http_response


class Browser:
    """One person's browser, or one program's client."""

    def __init__(self, base: str, *, language: str = "zh-hans", token: str = "") -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.token = token
        self.language = language
        # No proxy: the server is on this machine.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar), _KeepErrors()
        )

    def request(
        self,
        method: str,
        address: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: int | tuple[int, ...] | None = None,
    ) -> Page:
        """Send one request, follow redirects, return the page.

        Raises:
            BrowserError: the status is not the expected one, or nobody answers.
        """
        url = urllib.parse.urljoin(self.base + "/", address)
        sent = {"Accept-Language": self.language, "Accept": "text/html,*/*", "Origin": self.base, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(url, data=data, headers=sent, method=method)  # noqa: S310 - our own address
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                body = answer.read()
                page = Page(answer.geturl(), answer.status, body, answer.headers)
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            raise BrowserError(f"{method} {url}: {error}") from error
        if "text/html" in page.headers.get("Content-Type", ""):
            reader = Reader()
            reader.feed(body.decode("utf-8", "replace"))
            page.forms, page.links, page.headings = reader.forms, reader.links, reader.headings
            page.alerts, page.text = [alert for alert in reader.alerts if alert], " ".join(reader.words)
        wanted = (expect,) if isinstance(expect, int) else expect
        if wanted and page.status not in wanted:
            said = page.complaint() if page.text else page.body[:300].decode("utf-8", "replace")
            raise BrowserError(f"{method} {page.path} answered {page.status}, not {wanted[0]}: {said}")
        return page

    def open(self, address: str, *, expect: int | tuple[int, ...] = 200, accept: str = "") -> Page:
        """Open an address."""
        return self.request("GET", address, expect=expect, headers={"Accept": accept} if accept else None)

    def submit(
        self,
        page: Page,
        form: Form,
        fields: Mapping[str, str | list[str]] | None = None,
        *,
        files: Mapping[str, Path] | None = None,
        button: str = "",
        expect: int | tuple[int, ...] = 200,
    ) -> Page:
        """Fill the form of the page, press the button whose address holds the text, return what comes back.

        Raises:
            BrowserError: the form has no such field, or the answer is another status.
        """
        values = {name: list(given) for name, given in form.fields.items()}
        for name, given in (fields or {}).items():
            if name not in form.names:
                raise BrowserError(f"The form on {page.path} has no field {name!r}, only {sorted(form.names)}")
            values[name] = [given] if isinstance(given, str) else list(given)
        pairs = [(name, value) for name, given in values.items() for value in given]
        action = next((one for one in form.formactions if button and button in one), form.action)
        address = urllib.parse.urljoin(page.url, action or page.url)
        if form.method == "get":
            return self.open(f"{address.split('?')[0]}?{urllib.parse.urlencode(pairs)}", expect=expect)
        headers = {"Referer": page.url}
        if form.multipart:
            data, headers["Content-Type"] = _multipart(pairs, files or {})
        else:
            data = urllib.parse.urlencode(pairs).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.request("POST", address, data=data, headers=headers, expect=expect)

    def call(self, method: str, address: str, payload: Any = None, *, expect: int | tuple[int, ...] = 200) -> Any:
        """Call the JSON API; return the decoded answer."""
        data = None if payload is None else json.dumps(payload).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        page = self.request(method, address, data=data, headers=headers, expect=expect)
        return page.json() if page.body else None

    def upload(
        self, address: str, fields: Mapping[str, str], files: Mapping[str, Path], *, expect: int | tuple[int, ...] = 200
    ) -> Any:
        """Send files to the JSON API; return the decoded answer."""
        data, kind = _multipart(list(fields.items()), files)
        headers = {"Accept": "application/json", "Content-Type": kind}
        return self.request("POST", address, data=data, headers=headers, expect=expect).json()


def _multipart(pairs: list[tuple[str, str]], files: Mapping[str, Path]) -> tuple[bytes, str]:
    """Return a multipart/form-data body and its content type."""
    boundary = f"hallmark{secrets.token_hex(12)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, path in files.items():
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + path.read_bytes() + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"
