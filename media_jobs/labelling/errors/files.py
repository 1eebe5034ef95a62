"""Refusals about a file as a whole."""

from media_jobs.isolation.errors import gettext_noop

_RESAVE = gettext_noop("Open it in the program that made it, save it anew, and try again")
_SMALLER = gettext_noop("Reduce the file and try again")

TEXTS: dict[str, tuple[str, str]] = {
    "media.empty": (gettext_noop("The file is empty (0 bytes)"), gettext_noop("Choose the file again")),
    "media.unreadable": (
        gettext_noop("The file cannot be opened"),
        gettext_noop("Check that it exists and may be read"),
    ),
    "media.not_recognised": (
        gettext_noop("This is not a kind of file that can carry a label"),
        gettext_noop("Choose a picture, a video, a sound or a document, such as PNG, MP4, WAV, DOCX or PDF"),
    ),
    "media.unsupported_format": (
        gettext_noop("Files of the type %(format)s are not supported"),
        gettext_noop("Save it in a kind that can carry a label, such as PNG, MP4, WAV, FLAC, PDF or DOCX"),
    ),
    "media.mismatched_type": (
        gettext_noop("The file is named %(claimed)s, but its content is %(actual)s"),
        gettext_noop("Give the file the ending that fits its content, or choose the right file"),
    ),
    "media.truncated": (
        gettext_noop("The file is incomplete: it ends too early"),
        gettext_noop("Copy or download the file again and choose the complete one"),
    ),
    "media.damaged": (gettext_noop("The file is damaged"), _RESAVE),
    "media.too_many_bytes": (
        gettext_noop("The file has %(bytes)s bytes; at most %(max_bytes)s are accepted"),
        _SMALLER,
    ),
    "media.foreign_label": (
        gettext_noop("The file already carries an AIGC label of another producer"),
        gettext_noop("A label may not be replaced by somebody else; use the file that the label's producer issued"),
    ),
    "media.metadata_too_large": (
        gettext_noop("The file's descriptive data leaves no room for the label"),
        gettext_noop("Remove editing history or captions from the file's metadata and try again"),
    ),
    "media.media_elsewhere": (
        gettext_noop("The film takes its pictures or sound from other files"),
        gettext_noop("Save it as a self-contained film and try again"),
    ),
    "media.output_is_input": (
        gettext_noop("The labelled file would overwrite the original"),
        gettext_noop("Choose another name for the labelled file"),
    ),
    "media.cannot_write": (
        gettext_noop("The labelled file cannot be written"),
        gettext_noop("Check that the folder exists, may be written to, and has room"),
    ),
}
