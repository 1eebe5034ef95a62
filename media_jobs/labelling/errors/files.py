"""Refusals about a file as a whole, and about pictures."""

from media_jobs.isolation.errors import gettext_noop

_RESAVE = gettext_noop("Open it in the program that made it, save it anew, and try again")
_SMALLER = gettext_noop("Reduce the image and try again")

TEXTS: dict[str, tuple[str, str]] = {
    "media.empty": (gettext_noop("The file is empty (0 bytes)"), gettext_noop("Choose the file again")),
    "media.unreadable": (
        gettext_noop("The file cannot be opened"),
        gettext_noop("Check that it exists and may be read"),
    ),
    "media.not_recognised": (
        gettext_noop("This is not a kind of file that can carry a label"),
        gettext_noop("Choose an image, a video, a sound file or a text document; the list stands in docs/cli.md"),
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
    "media.too_large": (
        gettext_noop(
            "The image has %(width)s × %(height)s pixels; at most %(max_side)s per side and %(max_megapixels)s million "
            "in all are accepted"
        ),
        _SMALLER,
    ),
    "media.too_many_bytes": (
        gettext_noop("The file has %(bytes)s bytes; at most %(max_bytes)s are accepted"),
        _SMALLER,
    ),
    "media.too_small": (
        gettext_noop("The image has %(width)s × %(height)s pixels; a label needs at least %(min_side)s on each side"),
        gettext_noop("Use a larger image"),
    ),
    "media.animated": (
        gettext_noop("The file is an animation; only still images are supported"),
        gettext_noop("Save a single frame as JPEG, PNG or WebP"),
    ),
    "media.cmyk": (
        gettext_noop("The image is in print colours (CMYK); its colours would change in a conversion"),
        gettext_noop("Convert it to RGB in an image program, check the colours, and try again"),
    ),
    "media.unsupported_depth": (
        gettext_noop("The image has 16 bits per colour channel; a conversion would lose detail"),
        gettext_noop("Save it with 8 bits per channel and try again"),
    ),
    "media.unsupported_mode": (gettext_noop("The colour mode %(mode)s is not supported"), _RESAVE),
    "media.foreign_label": (
        gettext_noop("The file already carries an AIGC label of another producer"),
        gettext_noop("A label may not be replaced by somebody else; use the file that the label's producer issued"),
    ),
    "media.metadata_too_large": (
        gettext_noop("The file's descriptive data leaves no room for the label"),
        gettext_noop("Remove editing history or captions from the file's metadata and try again"),
    ),
    "media.metadata_bomb": (
        gettext_noop("The image's texts or colour profile unpack to far more than an image needs"),
        gettext_noop("Save the image without metadata and colour profile in an image program, and try again"),
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
