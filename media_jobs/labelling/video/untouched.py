"""A video without explicit label (Labelling Measures Art. 9): the same bytes, personal data blanked out."""

import shutil
from pathlib import Path
from typing import Any

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.video import blank
from media_jobs.labelling.video.glance import looked_at
from media_jobs.labelling.video.source import Source, opened
from media_jobs.labelling.wish import Wish

_CHUNK = 1024 * 1024


def put(source: Path, target: Path, *, container: Container, wish: Wish) -> dict[str, Any]:
    """Copy the file and blank positions, devices and owners; no packet and no other box is touched.

    Returns:
        text (""), illegible (False), width, height (stored), seen_width, seen_height, codec, pixels, hdr, duration (s),
        lossless (True), notes.

    Raises:
        MediaError: as label.put; what could not be labelled later on is not released unlabelled either.
    """
    boxes = container.name in {"mp4", "mov"}
    blanks = blank.in_boxes(source) if boxes else blank.in_elements(source)
    with opened(source, container) as film:
        picture, _ = looked_at(film, more=False)
        duration = film.seconds
    try:
        shutil.copyfile(source, target)
    except OSError:
        raise media_error("media.cannot_write") from None
    if blanks.camera_tracks:
        with opened(source, container) as film:
            blanks.zeroed += _samples(film, blanks.camera_tracks)
    _write(target, blanks)
    if wish.progress is not None:
        wish.progress(duration, duration)
    return {
        "text": "",
        "illegible": False,
        "width": picture.width,
        "height": picture.height,
        "seen_width": picture.seen[0],
        "seen_height": picture.seen[1],
        "codec": film.codec,
        "pixels": picture.pixels,
        "hdr": picture.hdr,
        "duration": round(duration, 3),
        "lossless": True,
        "notes": ["camera_track_blanked"] if blanks.camera_tracks else [],
    }


def _samples(film: Source, tracks: set[int]) -> list[tuple[int, int]]:
    """Where the samples of these tracks stand in the file."""
    streams = [stream for stream in film.container.streams if stream.id in tracks and stream.type == "data"]
    if not streams:
        return []
    return [
        (packet.pos, packet.size)
        for packet in film.container.demux(streams)
        if packet.size and packet.pos is not None and packet.pos >= 0
    ]


def _write(target: Path, blanks: blank.Blanks) -> None:
    """Put the blanks over the copy.

    Raises:
        MediaError: media.cannot_write.
    """
    try:
        with target.open("r+b") as file:
            for at, length in blanks.zeroed:
                file.seek(at)
                left = length
                while left > 0:
                    left -= file.write(bytes(min(left, _CHUNK)))
            for at, data in blanks.patches:
                file.seek(at)
                file.write(data)
    except OSError:
        raise media_error("media.cannot_write") from None
