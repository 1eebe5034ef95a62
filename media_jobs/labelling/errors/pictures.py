"""Refusals about pictures: their size, depth, colours, frames and pages."""

from media_jobs.isolation.errors import gettext_noop

_RESAVE = gettext_noop("Open it in the program that made it, save it anew, and try again")
_SMALLER = gettext_noop("Reduce the image and try again")
_ONE = gettext_noop("Save a single picture as JPEG, PNG or WebP")

TEXTS: dict[str, tuple[str, str]] = {
    "media.too_large": (
        gettext_noop(
            "The image has %(width)s × %(height)s pixels; at most %(max_side)s per side and %(max_megapixels)s million "
            "in all are accepted"
        ),
        _SMALLER,
    ),
    "media.too_small": (
        gettext_noop("The image has %(width)s × %(height)s pixels; a label needs at least %(min_side)s on each side"),
        gettext_noop("Use a larger image"),
    ),
    "media.animated": (gettext_noop("The file is an animation or has several pages; a single picture is needed"), _ONE),
    "media.sequence": (
        gettext_noop("Moving pictures in %(format)s are not supported: their timing would be lost"),
        gettext_noop("Save the animation as WebP, GIF or MP4"),
    ),
    "media.several_pictures": (gettext_noop("The file holds %(count)s pictures; only one of them would be kept"), _ONE),
    "media.too_many_frames": (
        gettext_noop(
            "The file has %(frames)s frames or pages; at most %(max_frames)s are accepted, fewer of large ones"
        ),
        gettext_noop("Shorten the animation, or save it as a video"),
    ),
    "media.disposal": (
        gettext_noop("Frames of this animation clear each other away in a manner that would tear the label"),
        gettext_noop("Save the animation as WebP or MP4, or save the GIF anew without optimisation"),
    ),
    "media.not_panorama": (
        gettext_noop("The image has %(width)s × %(height)s pixels; a panorama is twice as wide as it is high"),
        gettext_noop("Use an equirectangular panorama, or label it as an ordinary image"),
    ),
    "media.cannot_encode": (
        gettext_noop("The labelled picture cannot be saved as %(format)s"),
        gettext_noop("Save the original as PNG and try again"),
    ),
    "media.cmyk": (
        gettext_noop("The image is in print colours (CMYK); its colours would change in a conversion"),
        gettext_noop("Convert it to RGB in an image program, check the colours, and try again"),
    ),
    "media.unsupported_depth": (
        gettext_noop("The image has %(bits)s bits per colour channel in a form that a conversion would make coarser"),
        gettext_noop("Save it with 8 bits per channel, or as a 16-bit PNG, and try again"),
    ),
    "media.unsupported_mode": (gettext_noop("The colour mode %(mode)s is not supported"), _RESAVE),
    "media.metadata_bomb": (
        gettext_noop("The image's texts or colour profile unpack to far more than an image needs"),
        gettext_noop("Save the image without metadata and colour profile in an image program, and try again"),
    ),
}
