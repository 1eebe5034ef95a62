"""The public texts: complete, versioned, safe to render, and true to the configuration."""

import hashlib
import re
from typing import Any

import pytest
from django.urls import reverse

from compliance.register import services
from compliance.register.models import PolicyKind, PolicyVersion
from compliance.register.rendering import title_of, to_html
from compliance.register.wording import digest, wording
from tests.personas import Personas

PAGES = {
    "rules": "rules",
    "convention": "convention",
    "agreement": "agreement",
    "privacy": "privacy",
    "intended-use": "intended_use",
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(PAGES))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_text_is_public_and_shows_version_day_and_fingerprint(browser: Any, kind: str, language: str) -> None:
    page = browser.get(reverse(PAGES[kind]), HTTP_ACCEPT_LANGUAGE=language)

    text = page.content.decode()
    now = wording(kind)
    assert page.status_code == 200
    assert title_of(now.en if language == "en" else now.zh) in text
    assert now.sha256 in text
    assert PolicyVersion.objects.get(kind=kind).published_at.strftime("%Y-%m") in text
    assert "{{" not in text
    assert "**" not in text


@pytest.mark.parametrize("kind", list(PAGES))
def test_both_languages_have_the_same_sections(kind: str) -> None:
    now = wording(kind)

    headings = [len(re.findall(r"^## ", text, re.MULTILINE)) for text in (now.zh, now.en)]
    items = [len(re.findall(r"^(?:- |\d+\. )", text, re.MULTILINE)) for text in (now.zh, now.en)]
    assert headings[0] == headings[1] > 2
    assert items[0] == items[1]


def test_the_fingerprint_is_sha_256_over_both_texts_framed() -> None:
    zh, en = "规则", "rules"
    framed = len(zh.encode()).to_bytes(8, "big") + zh.encode() + len(en).to_bytes(8, "big") + en.encode()

    assert digest(zh, en) == hashlib.sha256(framed).hexdigest()
    assert digest("ab", "c") != digest("a", "bc")


@pytest.mark.django_db
def test_a_wording_is_published_once_and_logged(recorded: Any) -> None:
    first = services.policy_current(kind=PolicyKind.RULES)
    second = services.policy_current(kind=PolicyKind.RULES)

    assert (first.pk, first.number) == (second.pk, 1)
    assert [event.public for event in recorded("policy.published")] == [
        {"kind": "rules", "version": 1, "sha256": first.sha256}
    ]


@pytest.mark.django_db
def test_a_changed_wording_is_a_new_version_and_the_old_one_stays_readable(browser: Any, settings: Any) -> None:
    browser.get(reverse("rules"))
    settings.PROVIDER_NAME = "另一家公司"
    browser.get(reverse("rules"))

    old = browser.get(reverse("rules") + "?version=1").content.decode()
    new = browser.get(reverse("rules")).content.decode()
    assert list(PolicyVersion.objects.filter(kind="rules").values_list("number", flat=True)) == [2, 1]
    assert "另一家公司</title>" in old  # the provider of today runs the page,
    assert "另一家公司（以下称" not in old  # the text is the old one
    assert "另一家公司（以下称" in new


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["7", "0", "-1", "x", "١", "99999999999999999999"])
def test_a_version_that_never_was_is_not_found(browser: Any, version: str) -> None:
    assert browser.get(reverse("rules") + f"?version={version}").status_code == 404


def test_the_agreement_describes_the_labels_of_the_enabled_engines_and_only_them(settings: Any) -> None:
    settings.ENGINES_ENABLED = ("gateway",)
    one = wording("agreement")
    settings.ENGINES_ENABLED = ("gateway", "face_blend")
    two = wording("agreement")

    for text in (one.zh, one.en):
        assert "人工智能生成" in text
        assert "人工智能合成" not in text
    for text in (two.zh, two.en):
        assert "人工智能生成" in text
        assert "人工智能合成" in text
        assert "GB 45438-2025 5.2" in text
    assert one.sha256 != two.sha256


def test_the_agreement_names_the_code_that_files_will_carry(settings: Any) -> None:
    settings.PROVIDER_CODE = "001191110102MACQD9K64010000"

    assert "001191110102MACQD9K64010000" in wording("agreement").zh


def test_nothing_in_a_text_becomes_markup_of_its_own() -> None:
    html = to_html(
        "# T\n\n<script>alert(1)</script> & **<b>x</b>**\n\n- [y](javascript:alert(1))\n- [z](//evil.example/)\n\n"
        '## <img src=x>\n\n1. [ok](/rules/)\n2. [a"b](/x/)\n\n> a\n> b'
    )

    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:alert(1)" in html  # as words
    assert re.findall(r'href="([^"]*)"', html) == ["/rules/", "/x/"]
    assert "<strong>&lt;b&gt;x&lt;/b&gt;</strong>" in html
    assert '<p class="alert alert-info">a b</p>' in html
    assert "<h1" not in html


def test_every_link_in_the_texts_leads_to_a_page(db: None, browser: Any) -> None:
    links = {
        link
        for kind in PAGES
        for text in (wording(kind).zh, wording(kind).en)
        for link in re.findall(r"\]\((/[^)]*)\)", text)
    }

    assert links
    for link in links:
        assert browser.get(link).status_code in {200, 302}, link


@pytest.mark.parametrize("kind", ["privacy"])
def test_the_notice_has_everything_pipl_17_and_30_ask_for(kind: str) -> None:
    """Who, contact, purpose, basis, method, type, retention, rights, necessity and impact."""
    text = wording(kind).zh

    for words in (
        "个人信息处理者",
        "联系方式",
        "依据",
        "保存多久",
        "您的权利",
        "敏感个人信息",
        "泄露可能导致",
        "提供给谁",
    ):
        assert words in text


def test_every_seat_reads_the_same_texts(personas: Personas) -> None:
    for seat in ("anna", "staff", "officer", "regulator", "admin1"):
        assert personas.client(seat).get(reverse("agreement")).status_code == 200
