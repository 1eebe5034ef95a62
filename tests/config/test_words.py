"""What stands in the log as a code stands on a page as a word, in the reader's language."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from compliance.audit import selectors
from config.templatetags.hallmark import article_item, plainly, plainly_all
from media_jobs.pipeline.reasons import explain

# Every code with which a room ends a job, as the rooms' own modules write it.
ENDINGS = [
    *("consent.declined", "consent.expired", "consent.revoked"),
    *("jobs.cancelled_by_owner", "jobs.withdrawn_by_owner", "review.rejected_by_officer"),
    *("engines.no_face", "engines.several_faces", "engines.face_too_small", "engines.no_match", "engines.unreadable"),
    *("pipeline.attempts_exhausted", "pipeline.readback_mismatch", "pipeline.storage", "pipeline.file_changed"),
]


@pytest.mark.parametrize(
    ("item", "chinese", "english"),
    [("17.1(3)", "第十七条第一款第三项", "17(1)(3)"), ("23.1(5)", "第二十三条第一款第五项", "23(1)(5)")],
)
def test_an_item_of_the_law_is_cited_as_each_language_does(item: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert article_item(item) == chinese
    with translation.override("en"):
        assert article_item(item) == english
        assert article_item("elsewhere") == "elsewhere"


def test_codes_of_the_log_become_words() -> None:
    with translation.override("zh-hans"):
        assert str(plainly("ok")) == "完成"
        assert plainly_all(["source", "target"]) == "人脸来源、待编辑的图片"
        assert str(plainly("a-code-of-tomorrow")) == "a-code-of-tomorrow"
    with translation.override("en"):
        assert str(plainly("verified")) == "synthetic by its label"
    with translation.override("en"):
        assert plainly_all(["source", "target"]) == "The face, The picture to edit"


def test_a_sentence_of_the_trail_holds_no_code() -> None:
    with translation.override("zh-hans"):
        said = selectors.sentence("job.submitted", {"engine": "face_blend"})
        logged_in = selectors.sentence("account.logged_in", {"channel": "phone"})

    assert not re.search(r"[a-z]", said + logged_in)


@pytest.mark.parametrize("code", ENDINGS)
def test_every_ending_of_a_job_is_explained(code: str) -> None:
    with translation.override("zh-hans"):
        said, generic = explain(code), explain("no.such_code")

        assert str(said.text) != str(generic.text)
        assert code not in str(said.text)


def test_the_consent_room_ends_jobs_with_codes_that_are_explained() -> None:
    services = Path(settings.BASE_DIR) / "compliance" / "consent" / "services"
    used = {code for module in services.glob("*.py") for code in re.findall(r'= "(consent\.\w+)"', module.read_text())}

    assert used <= set(ENDINGS)
