"""<ai-label> in a real Chromium: seen without hover, in the player, beside it, in full screen, in the clipboard."""

import http.server
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = Path(__file__).resolve().parents[4] / "static" / "js" / "ai-label.js"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Files with the platform's content security policy."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "ai-label.js").write_bytes(SCRIPT.read_bytes())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def show(chromium: Browser, site: tuple[Path, str]) -> Iterator[Callable[..., Page]]:
    """Open a page with this body; its console must stay silent."""
    folder, url = site
    opened, complaints = [], []

    def open_page(body: str, *, scripts: bool = True, language: str = "zh-Hans") -> Page:
        (folder / "page.html").write_text(
            f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>x</title>'
            f'<script src="ai-label.js" defer></script><body>{body}</body></html>',
            encoding="utf-8",
        )
        context = chromium.new_context(
            java_script_enabled=scripts, permissions=["clipboard-read", "clipboard-write"], base_url=url
        )
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "Failed to load resource" not in said.text
                else None
            ),
        )
        page.goto("/page.html")
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


PLAYER = (
    '<ai-label id="a"{}><video controls width="640" height="360"></video>'
    '<p slot="fallback">AI生成 · plain</p></ai-label>'
)


def clipboard(page: Page) -> tuple[str, str]:
    """text/plain and text/html after the copy key."""
    page.keyboard.press("Control+C")
    return tuple(
        page.evaluate(
            """async () => {
                const item = (await navigator.clipboard.read())[0];
                const of = async (type) => item.types.includes(type) ? (await item.getType(type)).text() : "";
                return [await of("text/plain"), await of("text/html")];
            }"""
        )
    )


def select(page: Page, selector: str) -> None:
    page.evaluate("s => document.getSelection().selectAllChildren(document.querySelector(s))", selector)


def test_words_lie_in_the_player_and_beside_it_without_hover(show: Callable[..., Page]) -> None:
    page = show(PLAYER.format(""))

    overlay, line = page.locator("#a .overlay"), page.locator("#a .line")
    assert overlay.is_visible()
    assert line.is_visible()
    assert overlay.inner_text() == "AI生成"
    assert line.inner_text() == "AI生成 · 本内容由人工智能生成合成"
    assert line.get_attribute("role") == "note"
    video, words = page.locator("video").bounding_box(), overlay.bounding_box()
    assert video["x"] <= words["x"]
    assert words["x"] + words["width"] <= video["x"] + video["width"]
    assert video["y"] <= words["y"]
    assert words["y"] + words["height"] <= video["y"] + video["height"]
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#a').shadowRoot.querySelector('.overlay')).opacity")
        == "1"
    )
    assert not page.locator("[slot=fallback]").is_visible()


def test_the_whole_element_goes_to_full_screen_with_its_words(show: Callable[..., Page]) -> None:
    page = show(PLAYER.format(' theme="cn_eu" kind="modified" lang="en"'))

    assert page.locator("video").get_attribute("controlslist") == "nofullscreen"
    page.locator("#a .full").click()
    page.wait_for_function("document.fullscreenElement === document.querySelector('#a')")
    assert page.locator("#a .overlay").is_visible()
    assert page.locator("#a .overlay").inner_text() == "AI生成 AI MODIFIED"
    assert page.locator("#a .line").is_visible()
    page.locator("#a .full").click()
    page.wait_for_function("document.fullscreenElement === null")


def test_the_bare_video_does_not_stay_in_full_screen(show: Callable[..., Page]) -> None:
    page = show(PLAYER.format("") + '<button id="b">x</button>')
    page.evaluate("b.addEventListener('click', () => document.querySelector('video').requestFullscreen())")
    page.evaluate("window.seen = 0; document.addEventListener('fullscreenchange', () => { window.seen += 1; })")
    page.locator("#b").click()

    page.wait_for_function("window.seen >= 2 && [null, a].includes(document.fullscreenElement)")
    assert page.locator("#a .overlay").is_visible()


@pytest.mark.parametrize(
    "media", ["<audio controls></audio>", '<img alt="" width="200" height="100">', "<p>only text</p>"]
)
def test_sound_pictures_and_text_have_the_line(show: Callable[..., Page], media: str) -> None:
    page = show(f'<ai-label id="a">{media}</ai-label>')

    assert page.locator("#a .line").is_visible()
    assert page.locator("#a .overlay").is_visible() == ("text" not in media)


@pytest.mark.parametrize(
    "attributes",
    ['text=""', 'text="hello"', 'text="AI"', "hidden", 'aria-hidden="true"', "inert", 'theme="none" kind="none"'],
)
def test_no_attribute_takes_the_label_away(show: Callable[..., Page], attributes: str) -> None:
    page = show(f'<ai-label id="a" {attributes}><p>words</p></ai-label>')
    page.evaluate("document.querySelector('#a').setAttribute('hidden', '')")

    assert page.locator("#a .line").is_visible()
    assert page.locator("#a .line").inner_text().startswith("AI生成 · ")
    assert page.locator("#a").get_attribute("aria-hidden") is None


def test_copied_text_begins_with_the_label(show: Callable[..., Page]) -> None:
    page = show('<ai-label id="a"><p id="p">Generated <b>words</b></p></ai-label><p id="q">by a person</p>')

    select(page, "#p")
    text, markup = clipboard(page)

    assert text == "AI生成\nGenerated words"
    assert markup.index("AI生成") < markup.index("Generated")
    assert "<b>words</b>" in markup
    select(page, "#q")
    assert clipboard(page)[0] == "by a person"
    select(page, "body")
    assert clipboard(page)[0].startswith("AI生成\n")


def test_text_from_a_field_and_a_part_of_a_word_carry_it_too(show: Callable[..., Page]) -> None:
    page = show(
        '<ai-label id="a" theme="cn_eu"><textarea id="t">Generated words</textarea><p id="p">One word</p></ai-label>'
    )

    page.locator("#t").press("Control+A")
    assert clipboard(page)[0] == "AI生成 AI GENERATED\nGenerated words"
    page.locator("#p").click()
    page.evaluate("document.getSelection().setBaseAndExtent(p.firstChild, 1, p.firstChild, 3)")
    assert clipboard(page)[0] == "AI生成 AI GENERATED\nne"
    assert page.evaluate("a.labelled('x')") == "AI生成 AI GENERATED\nx"
    assert page.evaluate("a.labelled(a.labelled('x'))") == "AI生成 AI GENERATED\nx"


def test_what_is_cut_leaves_with_its_label(show: Callable[..., Page]) -> None:
    page = show('<ai-label><textarea id="t">Generated words</textarea></ai-label>')

    page.locator("#t").press("Control+A")
    page.keyboard.press("Control+X")

    assert page.evaluate("navigator.clipboard.readText()") == "AI生成\nGenerated words"
    assert page.locator("#t").input_value() == ""


def test_without_scripts_the_children_are_the_label(show: Callable[..., Page]) -> None:
    page = show(PLAYER.format(""), scripts=False)

    assert page.locator("[slot=fallback]").is_visible()
    assert page.locator("[slot=fallback]").inner_text() == "AI生成 · plain"
