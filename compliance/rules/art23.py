"""The six classes of deep-synthesis technology (Provisions Art. 23(1))."""

from dataclasses import dataclass
from enum import StrEnum

from compliance.rules.errors import gettext_noop


class Art23(StrEnum):
    """A technology class, written as the article's item."""

    TEXT = "23.1(1)"
    SPEECH = "23.1(2)"
    SOUND = "23.1(3)"
    BIOMETRIC_IMAGE = "23.1(4)"
    OTHER_IMAGE = "23.1(5)"
    SCENE = "23.1(6)"


@dataclass(frozen=True, slots=True)
class TechnologyClass:
    """What one item of Art. 23(1) names.

    Args:
        item: which one.
        title: English name, in the catalogue.
        title_zh: the words of the Provisions.
        examples: English examples, in the catalogue.
        examples_zh: the examples the Provisions give.
        biometric: whether it edits faces, voices or other biometric features, so that Art. 14(2) asks for consent.
        media: what its results can be: "text", "audio", "image", "video".
    """

    item: Art23
    title: str
    title_zh: str
    examples: str
    examples_zh: str
    biometric: bool
    media: tuple[str, ...]


CLASSES: dict[Art23, TechnologyClass] = {
    entry.item: entry
    for entry in (
        TechnologyClass(
            Art23.TEXT,
            gettext_noop("Text: writing or editing it"),
            "生成或者编辑文本内容的技术",
            gettext_noop("passages, change of style, dialogue"),
            "篇章生成、文本风格转换、问答对话",
            biometric=False,
            media=("text",),
        ),
        TechnologyClass(
            Art23.SPEECH,
            gettext_noop("Speech: making or editing a voice"),
            "生成或者编辑语音内容的技术",
            gettext_noop("text to speech, voice conversion, editing of voice attributes"),
            "文本转语音、语音转换、语音属性编辑",
            biometric=True,
            media=("audio", "video"),
        ),
        TechnologyClass(
            Art23.SOUND,
            gettext_noop("Sound without speech: making or editing it"),
            "生成或者编辑非语音内容的技术",
            gettext_noop("music, sound of a scene"),
            "音乐生成、场景声编辑",
            biometric=False,
            media=("audio", "video"),
        ),
        TechnologyClass(
            Art23.BIOMETRIC_IMAGE,
            gettext_noop("People in images or video: faces, bodies, poses"),
            "生成或者编辑图像、视频内容中生物特征的技术",
            gettext_noop("face generation, face swap, attributes of a person, control of face or pose"),
            "人脸生成、人脸替换、人物属性编辑、人脸操控、姿态操控",
            biometric=True,
            media=("image", "video"),
        ),
        TechnologyClass(
            Art23.OTHER_IMAGE,
            gettext_noop("Images or video without people's features"),
            "生成或者编辑图像、视频内容中非生物特征的技术",
            gettext_noop("image generation, enhancement, restoration"),
            "图像生成、图像增强、图像修复",
            biometric=False,
            media=("image", "video"),
        ),
        TechnologyClass(
            Art23.SCENE,
            gettext_noop("Digital humans and virtual scenes"),
            "生成或者编辑数字人物、虚拟场景的技术",
            gettext_noop("three-dimensional reconstruction, digital simulation"),
            "三维重建、数字仿真",
            biometric=False,
            media=("image", "video"),
        ),
    )
}


def needs_consent(item: str) -> bool:
    """Tell whether Art. 14(2) makes this class ask the edited person; a digital human is decided by its material.

    Raises:
        ValueError: not an item of Art. 23.
    """
    return CLASSES[Art23(item)].biometric


def fits(item: str, medium: str) -> bool:
    """Tell whether a technology of this class can have made a file of this medium.

    Raises:
        ValueError: not an item of Art. 23.
    """
    return medium in CLASSES[Art23(item)].media
