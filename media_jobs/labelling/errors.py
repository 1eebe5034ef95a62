"""Every refusal of this room: one stable code, one English sentence, one way out; Django's side translates them."""

from media_jobs.isolation.errors import PortableError, gettext_noop


class MediaError(PortableError):
    """A file, a label or a code that this room refuses; `.code`, `.message` (msgid), `.params`, `.way_out` (msgid)."""


_RESAVE = gettext_noop("Open it in an image program, save it anew as JPEG, PNG or WebP, and try again")
_SMALLER = gettext_noop("Reduce the image and try again")

TEXTS: dict[str, tuple[str, str]] = {
    # the file
    "media.empty": (gettext_noop("The file is empty (0 bytes)"), gettext_noop("Choose the file again")),
    "media.unreadable": (
        gettext_noop("The file cannot be opened"),
        gettext_noop("Check that it exists and may be read"),
    ),
    "media.not_an_image": (
        gettext_noop("This is not an image"),
        gettext_noop("Choose a JPEG, PNG or WebP image"),
    ),
    "media.unsupported_format": (
        gettext_noop("Files of the type %(format)s are not supported"),
        gettext_noop("Choose a JPEG, PNG or WebP image"),
    ),
    "media.mismatched_type": (
        gettext_noop("The file is named %(claimed)s, but its content is %(actual)s"),
        gettext_noop("Give the file the ending that fits its content, or choose the right file"),
    ),
    "media.truncated": (
        gettext_noop("The image is incomplete: the file ends too early"),
        gettext_noop("Copy or download the file again and choose the complete one"),
    ),
    "media.damaged": (gettext_noop("The image is damaged"), _RESAVE),
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
        gettext_noop("The image's descriptive data leaves no room for the label"),
        gettext_noop("Remove editing history or captions from the image's metadata and try again"),
    ),
    "media.metadata_bomb": (
        gettext_noop("The image's texts or colour profile unpack to far more than an image needs"),
        gettext_noop("Save the image without metadata and colour profile in an image program, and try again"),
    ),
    "media.output_is_input": (
        gettext_noop("The labelled file would overwrite the original"),
        gettext_noop("Choose another name for the labelled file"),
    ),
    "media.cannot_write": (
        gettext_noop("The labelled file cannot be written"),
        gettext_noop("Check that the folder exists, may be written to, and has room"),
    ),
    # the visible label
    "label.text_without_elements": (
        gettext_noop("The label text must contain 人工智能 or AI, and 生成 or 合成"),
        gettext_noop("Use for example: AI生成"),
    ),
    "label.text_not_drawable": (
        gettext_noop("The label font lacks these characters: %(characters)s"),
        gettext_noop("Use other words, for example: AI生成"),
    ),
    "label.text_does_not_fit": (
        gettext_noop("The label does not fit on %(width)s × %(height)s pixels at the required height"),
        gettext_noop("Use a larger image or a shorter label text"),
    ),
    # the values
    "label.bad_value": (
        gettext_noop("%(key)s is not a valid value for the AIGC label"),
        gettext_noop("Use printable ASCII characters without spaces, quotation marks and backslashes"),
    ),
    "label.bad_id": (
        gettext_noop("The content number may hold letters, digits and . _ : - only, 1 to 64 of them"),
        gettext_noop("Choose another content number"),
    ),
    "label.not_json": (
        gettext_noop("The AIGC label is not the JSON object that the standard asks for"),
        gettext_noop("Ask the file's producer for a correctly labelled file"),
    ),
    "label.bad_source_type": (
        gettext_noop("%(value)s is not a full IPTC digital source type address"),
        gettext_noop("Use an address that begins with http://cv.iptc.org/newscodes/digitalsourcetype/"),
    ),
    # the provider code
    "provider.bad_form": (
        gettext_noop(
            "A provider code has 27 characters: 00, subject type, binding method, 18 for the number, 5 for the service"
        ),
        gettext_noop("Check the code that was filed (TC260-PG-20252A)"),
    ),
    "provider.bad_check_digit": (
        gettext_noop("The unified social credit code inside the provider code has a wrong check digit"),
        gettext_noop("Compare it with the business licence"),
    ),
    "provider.individual": (
        gettext_noop("This provider code would publish a person's ID-card number in every file"),
        gettext_noop("Use a code that is bound to a unified social credit code"),
    ),
    "provider.bad_extension": (
        gettext_noop("The service extension is 00000, or begins with 1 (generation) or 2 (propagation)"),
        gettext_noop("Check the last five characters of the provider code"),
    ),
}


def media_error(code: str, **params: object) -> MediaError:
    """The MediaError for a code of this room, with its catalogue texts."""
    message, way_out = TEXTS[code]
    return MediaError(code, message, params, way_out=way_out)
