"""Refusals about sound."""

from media_jobs.isolation.errors import gettext_noop

TEXTS: dict[str, tuple[str, str]] = {
    "audio.id3_version": (
        gettext_noop("The file's ID3 tag has version %(version)s, which cannot hold the label"),
        gettext_noop("Save the tag as ID3v2.3 or ID3v2.4 in a tag editor and try again"),
    ),
    "audio.several_streams": (
        gettext_noop("The file holds several streams, one after or beside the other; one label cannot cover them"),
        gettext_noop("Save each stream as a file of its own and try again"),
    ),
    "audio.too_long_for_wav": (
        gettext_noop("With its label the sound is longer than a WAV file can be (4 GiB)"),
        gettext_noop("Save it as FLAC and try again"),
    ),
    "audio.no_sound": (
        gettext_noop("The file holds no sound"),
        gettext_noop("Check that it plays, and choose the right file"),
    ),
    "audio.codec": (
        gettext_noop("Sound coded as %(codec)s with %(channels)s channels cannot be written anew without changing it"),
        gettext_noop("Save it as WAV, FLAC, MP3 or Opus and try again"),
    ),
    "audio.too_long": (
        gettext_noop("The sound lasts %(seconds)s seconds; at most %(max_seconds)s are accepted"),
        gettext_noop("Cut it into shorter parts and try again"),
    ),
    "audio.rate": (
        gettext_noop("%(rate)s samples per second are too few or too many for an audible label"),
        gettext_noop("Save it with 8,000 to 384,000 samples per second and try again"),
    ),
}
