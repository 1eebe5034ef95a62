"""The demo's browser sends what a real one would: hidden fields, chosen values, files; it shows refusals."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from demo.browser import Browser, BrowserError

PAGE = """<!doctype html><h1>Hand it <em>in</em></h1><div class="alert alert-danger"><p>Too <b>late</b></p></div>
<form action="/search"><input name="q"></form>
<form method="post" enctype="multipart/form-data" action="/echo">
<input type="hidden" name="csrfmiddlewaretoken" value="t&amp;1"><input type="checkbox" name="ok" value="yes">
<input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b" checked>
<select name="size"><option value="s">S</option><option value="m" selected>M</option></select>
<textarea name="note">as it
stands</textarea><input type="file" name="file"><button name="answer" value="agree">Agree</button></form>
<a href="/c/abc/">the <b>link</b></a>"""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gave it
        """Keep the test's output quiet."""

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path == "/start":
            self._answer(302, b"", Location="/page", Set_Cookie="seat=7; Path=/")
        elif self.path == "/page":
            self._answer(200, PAGE.replace("<h1>", f"<p>{self.headers.get('Cookie', '')}</p><h1>").encode())
        else:
            self._answer(403, b"<h1>No</h1><p>not verified</p>")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, body, Content_Type="application/octet-stream")


@pytest.fixture
def browser() -> Iterator[Browser]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Browser(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


def test_follows_redirects_keeps_cookies_and_reads_the_page(browser):
    page = browser.open("/start")

    assert page.path == "/page"
    assert "seat=7" in page.text
    assert (page.title, page.alerts, page.link("/c/")) == ("Hand it in", ["Too late"], "/c/abc/")


def test_sends_hidden_default_and_chosen_values_and_files(browser, tmp_path):
    picture = tmp_path / "face.png"
    picture.write_bytes(b"\x89PNG bytes")
    page = browser.open("/page")

    sent = browser.submit(
        page, page.form("note"), {"ok": "yes", "answer": "agree"}, files={"file": picture}
    ).body.decode("latin-1")

    for name, value in {
        "csrfmiddlewaretoken": "t&1",
        "ok": "yes",
        "kind": "b",
        "size": "m",
        "note": "as it\nstands",
        "answer": "agree",
    }.items():
        assert f'name="{name}"\r\n\r\n{value}\r\n' in sent
    assert 'filename="face.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG bytes' in sent


def test_a_box_that_is_not_ticked_is_not_sent(browser):
    page = browser.open("/page")

    assert 'name="ok"' not in browser.submit(page, page.form("note")).body.decode("latin-1")


def test_says_what_the_page_offers_when_the_story_wants_something_else(browser):
    page = browser.open("/page")

    with pytest.raises(BrowserError, match=r"no form with .*phone.*\['q'\]"):
        page.form("phone")
    with pytest.raises(BrowserError, match="has no field 'telephone'"):
        browser.submit(page, page.form("note"), {"telephone": "1"})


def test_a_refusal_is_an_answer_and_a_wrong_status_is_an_error(browser):
    assert browser.open("/other", expect=403).title == "No"
    with pytest.raises(BrowserError, match="GET /other answered 403, not 200: No not verified"):
        browser.open("/other")


def test_nobody_there_is_said(tmp_path: Path):
    with pytest.raises(BrowserError, match="refused"):
        Browser("http://127.0.0.1:9").open("/")
