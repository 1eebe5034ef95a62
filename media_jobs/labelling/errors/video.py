"""Refusals about moving pictures."""

from media_jobs.isolation.errors import gettext_noop

_CONVERT = gettext_noop("Convert it to H.264 in MP4 in a video program, look at the result, and try again")
_SINGLE = gettext_noop("Save each picture track as a file of its own and try again")

TEXTS: dict[str, tuple[str, str]] = {
    "video.codec": (
        gettext_noop("The picture is coded as %(codec)s; only H.264, HEVC, VP8, VP9 and AV1 can be labelled"),
        _CONVERT,
    ),
    "video.pixels": (
        gettext_noop(
            "The picture is stored as %(pixels)s, which %(codec)s cannot be written in without loss of colour"
        ),
        _CONVERT,
    ),
    "video.no_picture": (
        gettext_noop("The file is named a video, but holds no moving picture"),
        gettext_noop("Save the sound as M4A, MP3 or Opus and label that"),
    ),
    "video.no_frames": (
        gettext_noop("The file holds no picture that can be decoded"),
        gettext_noop("Check that it plays, and choose the right file"),
    ),
    "video.several_pictures": (
        gettext_noop("The file holds %(count)s picture tracks; a label in one would leave the others unlabelled"),
        _SINGLE,
    ),
    "video.unknown_track": (
        gettext_noop("Track %(number)s (%(kind)s) is coded in a way that cannot be read; it would be lost"),
        gettext_noop("Remove the track or save it in a usual kind, such as AAC or Opus, and try again"),
    ),
    "video.encrypted": (
        gettext_noop("The file is encrypted"),
        gettext_noop("Choose a file without copy protection"),
    ),
    "video.dolby_vision": (
        gettext_noop(
            "The picture is in Dolby Vision; its second layer of brightness would not fit the labelled picture"
        ),
        gettext_noop("Export it as HDR10 or HLG and try again"),
    ),
    "video.interlaced": (
        gettext_noop("The picture is interlaced, which %(codec)s cannot be written in"),
        gettext_noop("Deinterlace it in a video program and try again"),
    ),
    "video.stereo": (
        gettext_noop("The picture is stereoscopic (3D); the label would stand in front of one eye only"),
        gettext_noop("Export one eye's picture and try again"),
    ),
    "video.projection": (
        gettext_noop(
            "This kind of panorama has no fixed start view; only equirectangular ones facing ahead can be labelled"
        ),
        gettext_noop("Export it as an equirectangular panorama, twice as wide as high, that opens at its middle"),
    ),
    "video.alpha": (
        gettext_noop("The picture is see-through (alpha); what would lie behind the label is unknown"),
        gettext_noop("Put a background behind it in a video program and try again"),
    ),
    "video.changing": (
        gettext_noop("The picture changes its size or its kind within the file"),
        _CONVERT,
    ),
    "video.cropped": (
        gettext_noop("The file shows only a part of its stored picture"),
        gettext_noop("Save it cropped in a video program and try again"),
    ),
    "video.turned": (
        gettext_noop("The picture is turned by an angle that is no multiple of 90 degrees"),
        gettext_noop("Turn it upright in a video program and try again"),
    ),
    "video.too_long": (
        gettext_noop("The video lasts %(seconds)s seconds; at most %(max_seconds)s are accepted"),
        gettext_noop("Cut it into shorter parts and try again"),
    ),
    "video.sound_codec": (
        gettext_noop(
            "Sound track %(number)s (%(codec)s, %(channels)s channels) cannot be written anew with an audible label"
        ),
        gettext_noop("Convert its sound to AAC, Opus, MP3, FLAC or PCM, or label the picture alone"),
    ),
    "video.sound_changing": (
        gettext_noop("Sound track %(number)s changes its sample rate or channels within the file"),
        gettext_noop("Convert its sound to AAC, Opus, MP3, FLAC or PCM, or label the picture alone"),
    ),
    "video.sound_short": (
        gettext_noop("The sound lasts %(seconds)s seconds, which is too short for an audible label"),
        gettext_noop("Label the picture alone, or make the sound longer than 1.6 seconds"),
    ),
}
