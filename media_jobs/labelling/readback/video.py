"""Look at a labelled video: is the label there from the first frame on, high and clear, and is the rest as it was?"""

import hashlib
import math
import random
import re
from pathlib import Path
from typing import Any

import av
import numpy as np

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.readback import pixels, video_sound
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS, Findings
from media_jobs.labelling.readback.video_frames import Box, Film, Pair, outside, pairs, steady_until
from media_jobs.labelling.readback.video_tracks import Tracks, largest_shift, same_packets, tracks_of
from media_jobs.labelling.readback.video_walk import walk

__all__ = ["measure", "walk"]

_LEAST_CONTRAST = 4.5
_EDGE = 0.10  # of the picture's width or height (regulation brief, check 3)
_LEAST_SECONDS, _LEAST_SHARE = 2.0, 0.05
_SAMPLES = 3  # frames beside the first, the last and the one after two seconds
_SPILL = 24
_LIKENESS = 0.55
_COARSE = 17  # px of plate below which characters are too coarse to be compared
_LEAST_PSNR = 28.0  # dB; encoding camera pictures anew gives 38 and more, noise 30
_MOST_BLOCK = 24.0  # levels; a block that a person would call another picture
_DEMUXERS = {"mp4": "mov", "mov": "mov", "mkv": "matroska", "webm": "matroska"}

TEXTS |= {
    "readback.video_no_label": gettext_noop("No label is found in the picture at %(seconds)s s"),
    "readback.video_not_at_edge": gettext_noop("The label is neither at an edge nor in the start view of a panorama"),
    "readback.video_too_small": gettext_noop(
        "The label's capitals are %(found)s pixels high at %(seconds)s s; %(required)s are required"
    ),
    "readback.video_contrast": gettext_noop(
        "The label's contrast is %(found)s to 1 at %(seconds)s s; 4.5 to 1 is required"
    ),
    "readback.video_words": gettext_noop("What stands in the label at %(seconds)s s does not look like its text"),
    "readback.video_short": gettext_noop("The label is on screen for %(found)s s; %(required)s s are required"),
    "readback.video_illegible": gettext_noop("The video is so small that its label may be hard to read"),
    "readback.video_frames": gettext_noop("The video has %(found)s frames; its original has %(expected)s"),
    "readback.video_times": gettext_noop("Frames or sound are shown up to %(found)s s earlier or later than before"),
    "readback.video_kind": gettext_noop("Size, turn, colours or depth of the picture are not the original's"),
    "readback.video_elsewhere": gettext_noop("The picture was changed outside its label at %(seconds)s s"),
    "readback.video_tracks": gettext_noop("Sound, subtitles or another track are not the original's"),
    "readback.video_picture": gettext_noop("The picture was to stay as it is, but was changed"),
}
CLAUSES |= dict.fromkeys(
    ("readback.video_no_label", "readback.video_not_at_edge", "readback.video_too_small", "readback.video_contrast",
     "readback.video_words", "readback.video_short"),
    "GB 45438-2025 5.4",
)  # fmt: skip


def measure(
    path: Path, original: Path, *, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    """See Measurer.measure.

    Every frame of the first two seconds is looked at; of the later ones the first after two seconds, the one at 5 % of
    the duration, the last, and three whose choice follows from the file's bytes.
    """
    demuxer = _DEMUXERS.get(str(report.get("container")), "mov")
    try:
        after, before = tracks_of(path, demuxer=demuxer), tracks_of(original, demuxer=demuxer)
        _check_tracks(after, before, report, findings, measured)
        if not after.times or not before.times:
            findings.add("readback.unreadable")
            return
        sounds = [sum(one.kind == "audio" for one in tracks.others) for tracks in (after, before)]
        if _sound_labelled(report) and sounds[0] == sounds[1]:
            video_sound.measure(
                (path, original), demuxer, shift=after.times[0] - before.times[0], count=sounds[0],
                report=report, findings=findings, measured=measured,
            )  # fmt: skip
        if report.get("explicit"):
            with Film(path, demuxer=demuxer) as labelled, Film(original, demuxer=demuxer) as source:
                _check_picture((labelled, source), (after, before), report, findings, measured)
    except (av.FFmpegError, OSError, ValueError, TypeError, StopIteration, MemoryError):
        findings.add("readback.unreadable")


def _sound_labelled(report: dict[str, Any]) -> bool:
    """Every sound track was to get a label of its own."""
    return bool(report.get("explicit") and report.get("sound_in_video"))


def _check_tracks(
    after: Tracks, before: Tracks, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    """Frames, times, tracks: everything but the pixels."""
    copied = not _sound_labelled(report)
    alike = same_packets(after, before, sound=copied)
    shift = largest_shift(after, before, sound=copied)
    measured |= {
        "frames": len(after.times),
        "duration": round(after.ends - after.times[0], 3) if after.times else 0.0,
        "audio_identical": alike and copied,
        "tracks": [track.kind for track in after.others],
        "largest_shift": round(shift, 6) if math.isfinite(shift) else None,
    }
    if not alike:
        findings.add("readback.video_tracks")
    if len(after.times) != len(before.times):
        findings.add("readback.video_frames", found=len(after.times), expected=len(before.times))
    elif shift > 1.01 * max([after.tick, before.tick, *(one.tick for one in before.others)]):
        # containers count in units of their own: one unit is rounding, two are an error
        findings.add("readback.video_times", found=f"{shift:.3f}")
    if not after.is_like(before):
        findings.add("readback.video_kind")
    if not report.get("explicit"):
        measured["picture_identical"] = after.picture.digest() == before.picture.digest()
        if not measured["picture_identical"]:
            findings.add("readback.video_picture")


def _check_picture(
    films: tuple[Film, Film],
    tracks: tuple[Tracks, Tracks],
    report: dict[str, Any],
    findings: Findings,
    measured: dict[str, Any],
) -> None:
    """The label in the decoded frames of (labelled, original)."""
    labelled, original = films
    after, before = tracks
    duration = after.ends - after.times[0]
    required = min(duration, max(_LEAST_SECONDS, _LEAST_SHARE * duration))
    wished = report.get("seconds_wished")
    until = duration if wished is None else min(duration, max(required, float(wished)))
    looked = list(_moments(after.times, until, required, labelled.path))
    found = 0
    for pair in pairs(labelled, original, looked, shift=after.times[0] - before.times[0]):
        if not _check_frame(pair, report, findings, measured):
            break
        found += 1
    everywhere = found == len(looked)
    if not everywhere and findings.conformant:  # a frame of the list of frames that no decoder finds
        findings.add("readback.video_no_label", seconds=f"{looked[found]:.2f}")
    box, first_stretch = _box(report.get("box")), min(until, _LEAST_SECONDS)
    steady = steady_until(labelled, box, after.times[0], first_stretch + 0.1) if everywhere and box else 0.0
    shown = until if everywhere and steady >= first_stretch - after.tick else steady
    measured |= {
        "first_frame": everywhere and steady > 0,
        "seconds_on_screen": round(shown, 3),
        "required_seconds": round(required, 3),
        "frames_looked_at": len(looked),
    }
    if shown < required - max(after.tick, 0.001):
        findings.add("readback.video_short", found=f"{shown:.2f}", required=f"{required:.2f}")
    text = str(report.get("text", ""))
    european = report.get("theme") == "cn_eu" and not re.search("AI GENERATED|AI MODIFIED", text)
    if european or not (re.search("人工智能|AI", text) and re.search("生成|合成", text)):
        findings.add("readback.elements")
    if 0 < measured.get("ink_height", 0) < 12:
        findings.add("readback.video_illegible", severity="warning")


def _moments(times: list[float], until: float, required: float, path: Path) -> list[float]:
    """Which frames are looked at closely: the choice cannot be foreseen by whoever made the file."""
    inside = [time for time in times if time - times[0] < until - 1e-6] or times[:1]
    chosen = {inside[0], inside[-1]}
    for least in (_LEAST_SECONDS, required):  # the one after two seconds, and the last that the law's share needs
        chosen |= {next((time for time in inside if time - times[0] >= least), inside[-1])}
    with path.open("rb") as file:
        seed = hashlib.file_digest(file, "sha256").digest()
    chosen |= set(random.Random(seed).sample(inside, min(_SAMPLES, len(inside))))  # noqa: S311 - a choice, no secret
    return sorted(chosen)


def _check_frame(pair: Pair, report: dict[str, Any], findings: Findings, measured: dict[str, Any]) -> bool:
    """One frame closely; True when a label was found in it."""
    at = f"{pair.time:.2f}"
    if pair.labelled.size != pair.original.size or pair.matrices[0] != pair.matrices[1]:
        findings.add("readback.video_kind")
        return False
    width, height = pair.labelled.size
    box = _box(report.get("box"))
    if box is None or not (0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height):
        findings.add("readback.video_no_label", seconds=at)
        return False
    capitals = _box(report.get("capitals_box"))
    part = np.asarray(pair.labelled)[box[1] : box[3], box[0] : box[2]]
    words = pixels.words(part, box, capitals, [str(line) for line in report.get("lines", [])])
    if words is None or words.height == 0:
        findings.add("readback.video_no_label", seconds=at)
        return False
    required = math.ceil(min(width, height) * 5 / 100)
    psnr, block = outside(pair, box, spill=_SPILL)
    near = _distance(box, width, height)
    for name, value, worst in (
        ("ink_height", words.height, min),
        ("contrast", round(words.contrast, 2), min),
        ("likeness", round(words.likeness, 3), min),
        ("psnr_outside", round(psnr, 2), min),
        ("worst_block", round(block, 2), max),
    ):
        measured[name] = worst(value, measured.get(name, value))
    measured |= {"required_height": required, "edge_distance": round(near, 3)}
    if words.height < required:
        findings.add("readback.video_too_small", found=words.height, required=required, seconds=at)
    if words.contrast < _LEAST_CONTRAST:
        findings.add("readback.video_contrast", found=f"{words.contrast:.1f}", seconds=at)
    if box[3] - box[1] >= _COARSE and words.likeness < _LIKENESS:
        findings.add("readback.video_words", seconds=at)
    if psnr < _LEAST_PSNR or block > _MOST_BLOCK:
        findings.add("readback.video_elsewhere", seconds=at)
    if near > _EDGE and not (report.get("panorama") and _in_start_view(box, width, height)):
        findings.add("readback.video_not_at_edge")
    return words.contrast >= _LEAST_CONTRAST


def _distance(box: Box, width: int, height: int) -> float:
    """From the nearest side, as a share of that dimension."""
    return min(box[0] / width, (width - box[2]) / width, box[1] / height, (height - box[3]) / height)


def _in_start_view(box: Box, width: int, height: int) -> bool:
    """Within 45 degrees of the middle of an equirectangular panorama (GB 45438-2025 5.5)."""
    return (
        abs(width - 2 * height) <= 2
        and box[0] >= width * 3 / 8
        and box[2] <= width * 5 / 8
        and box[1] >= height / 4
        and box[3] <= height * 3 / 4
    )


def _box(value: object) -> Box | None:
    """A reported box when it has an area."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    left, top, right, bottom = (int(number) for number in value)
    return (left, top, right, bottom) if left < right and top < bottom else None
