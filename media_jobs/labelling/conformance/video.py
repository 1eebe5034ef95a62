"""Is there an explicit label in the video from its first frame on, long and high enough (GB 45438-2025 5.4)?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import av.error
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from media_jobs.labelling.conformance import pictures, seeking
from media_jobs.labelling.conformance.seeking import Hit
from media_jobs.labelling.readback.findings import Findings

_LEAST = 2.0  # seconds at normal speed, GB 45438-2025 5.4 f)
_EVERY = 0.25  # seconds between two looks within the first stretch
_SHARES = (0.25, 0.5, 0.75, 0.98)  # of the duration, to see whether the label stays
_MOST_BETWEEN = 300  # frames decoded between a key frame and the place that is wanted
_MOST_FRAMES = 2000  # decoded within the first stretch, whatever the time stamps say
_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def examine(path: Path, *, container: str, found: dict[str, Any], read_foreign: bool,
            findings: Findings, measured: dict[str, Any]) -> None:  # fmt: skip
    """Look at the first frame, then every quarter second for two seconds, then at four places of the rest.

    `measured` gets what pictures.judge measures on the first frame, and seconds_on_screen (at least; from the start),
    duration, seen_at and missing_at (seconds).
    """
    del container
    panorama = any("Spherical" in name or "ProjectionType" in name for name in found["properties"])
    try:
        with av.open(str(path), metadata_errors="replace") as opened:
            if not opened.streams.video:
                findings.add("explicit.unreadable")
                return
            _look(opened, panorama=panorama, read_foreign=read_foreign, findings=findings, measured=measured)
    except (av.error.FFmpegError, OSError, ValueError):
        findings.add("explicit.unreadable")


def _look(
    opened: InputContainer, *, panorama: bool, read_foreign: bool, findings: Findings, measured: dict[str, Any]
) -> None:
    stream = opened.streams.video[0]
    stream.thread_type = "AUTO"
    duration = _duration(opened, stream)
    first: Hit | None = None
    seen = 0.0
    frames = list(_first_stretch(opened, stream))
    for number, (at, picture) in enumerate(frames):
        if number == 0:
            first = pictures.judge(
                picture, read_foreign=read_foreign, panorama=panorama, findings=findings, measured=measured
            )
            if first is None:
                break
        elif measured["search"] == "own" and seeking.seek(picture, near=first) is None:
            break
        seen = at
    measured |= {"duration": round(duration, 3), "seconds_on_screen": round(seen, 3)}
    if first is None:
        later = [at for at, picture in frames[1:] if seeking.seek(picture) is not None]
        if later:
            findings.rows[:] = [row for row in findings.rows if row["code"] != "explicit.not_found"]
            findings.add("explicit.not_in_first_frame")
        return
    required = min(_LEAST, duration)
    if seen + 1e-3 < required - _frame_time(stream) and measured["search"] == "own":
        findings.add("explicit.too_short", found=f"{seen:.2f}", required=f"{required:.2f}")
    if measured["search"] == "own":
        _rest(opened, stream, first, duration, measured)


def _duration(opened: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (opened.duration or 0) / 1_000_000


def _frame_time(stream: VideoStream) -> float:
    return 1 / float(stream.average_rate) if stream.average_rate else 0.05


def _first_stretch(opened: InputContainer, stream: VideoStream) -> Iterator[tuple[float, Image.Image]]:
    """(seconds since the first frame, upright picture): the first, one each quarter second, the one at two seconds."""
    start, due, last = None, 0.0, None
    for number, frame in enumerate(opened.decode(stream)):
        at = frame.time or 0.0
        start = at if start is None else start
        if at - start >= due - 1e-6:
            yield at - start, _upright(frame)
            due += _EVERY
            last = None
        else:
            last = (at - start, frame)
        if at - start >= _LEAST or number >= _MOST_FRAMES:
            return
    if last is not None:
        yield last[0], _upright(last[1])


def _rest(opened: InputContainer, stream: VideoStream, first: Hit, duration: float, measured: dict[str, Any]) -> None:
    """Where the label still stands later on; the standard asks for nothing more than two seconds."""
    seen: list[float] = []
    missing: list[float] = []
    for share in _SHARES:
        at = duration * share
        if at <= _LEAST or stream.time_base is None:
            continue
        try:
            opened.seek(int(at / stream.time_base), stream=stream)
            frame = _frame_at(opened, stream, at)
        except av.error.FFmpegError:
            continue
        if frame is not None:
            (missing if seeking.seek(_upright(frame), near=first) is None else seen).append(round(frame.time or at, 2))
    measured |= {"seen_at": seen, "missing_at": missing}


def _frame_at(opened: InputContainer, stream: VideoStream, at: float) -> av.VideoFrame | None:
    """The first frame from `at` on; a seek lands on the key frame before it. The last one where there is none later."""
    last = None
    for number, frame in enumerate(opened.decode(stream)):
        last = frame
        if (frame.time or 0.0) >= at or number >= _MOST_BETWEEN:
            break
    return last


def _upright(frame: av.VideoFrame) -> Image.Image:
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    turn = _TURNS.get(round(frame.rotation) % 360)
    return image if turn is None else image.transpose(turn)
