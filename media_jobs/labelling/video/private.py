"""Personal data in the tags of a video: where it was taken, with whose device (PIPL Art. 6: no more than needed)."""

import re

# Positions, devices, owners. Titles, makers of the work, dates and languages describe the content and stay.
_PRIVATE = re.compile(
    r"location|(^|[._-])(gps|geo)|latitude|longitude|altitude|xyz$|^loci$|(^|[._-])(make|model)$|manufacturer|serial"
    r"|owner|camera|lens|device|imei|udid|identifier|^com\.android|user.?name|e-?mail|phone|firmware|software|direction",
    re.IGNORECASE,
)
_CAMERA = re.compile(r"(^|[._-])(make|model)$|manufacturer|^com\.android|camera", re.IGNORECASE)
# Written by the muxer itself, or by the carrier afterwards.
_OTHERS = {"major_brand", "minor_version", "compatible_brands", "encoder", "duration", "aigc", "alpha_mode"}
# What MP4's and MOV's own tags have a place for; any other name needs QuickTime's free ones.
_USUAL = {
    *("title", "artist", "album_artist", "album", "composer", "date", "comment", "genre", "copyright", "grouping"),
    *(
        "lyrics",
        "description",
        "synopsis",
        "show",
        "episode_id",
        "network",
        "keywords",
        "episode_sort",
        "track",
        "disc",
    ),
    *("season_number", "media_type", "hd_video", "gapless_playback", "compilation", "creation_time", "timecode"),
}


def is_private(name: str) -> bool:
    """The tag may say where or with what a video was taken."""
    return _PRIVATE.search(name) is not None


def names_camera(name: str) -> bool:
    """The tag is one that cameras and telephones write."""
    return _CAMERA.search(name) is not None


def kept(tags: dict[str, str]) -> dict[str, str]:
    """The tags that go over into the labelled file."""
    return {
        name: value
        for name, value in tags.items()
        if not is_private(name)
        and name.lower() not in _OTHERS
        and not name.startswith("_STATISTICS")
        and name not in {"BPS", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES"}  # of the old encoding
        and "ContentProducer" not in value
    }


def needs_free_names(tags: dict[str, str]) -> bool:
    """MP4's and MOV's own tags have no place for one of these."""
    return any(name.lower() not in _USUAL for name in tags)
