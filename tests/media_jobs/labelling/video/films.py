"""The videos that these tests work on: tiny, made with PyAV, and what independent programs say about a file."""

import functools
import hashlib
import json
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.packet import Packet

from media_jobs.labelling.readback import check_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import LABEL, SOURCE
from tests.outside import require

Report = dict[str, object]
FORMATS = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm"}
QUICK = {
    "libx264": {"preset": "ultrafast", "crf": "20", "bf": "2"},
    "libx265": {"preset": "ultrafast", "crf": "20", "x265-params": "log-level=none"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "24", "b": "0"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "b": "400k"},
    "libsvtav1": {"preset": "12", "crf": "30"},
}
# 16.16 matrices as in tkhd: how the stored picture is turned for display.
MATRIX = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def film(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (192, 144),
    seconds: float = 2.4,
    fps: int = 10,
    pixels: str = "yuv420p",
    times: Sequence[int] | None = None,
    sound: str | None = "aac",
    start: float = 0.0,
    options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    colours: tuple[int, int, int] | None = None,
    aspect: Fraction | None = None,
    bright: int | None = None,
    extras: bool = False,
    late: dict[str, str] | None = None,
) -> Path:
    """Write a film; its picture moves, its sound is a tone.

    Args:
        times: presentation times in 1/1000 s, instead of fps.
        start: seconds by which the picture begins later than the sound.
        bright: one grey value for the whole picture instead of a moving pattern.
        extras: also subtitles, a second sound track, chapters, and in Matroska an attachment.
        late: further container options.
    """
    moments = list(times) if times is not None else [round(n * 1000 / fps) for n in range(round(seconds * fps))]
    with av.open(str(path), "w", format=FORMATS[path.suffix[1:]], container_options=late or {}) as out:
        out.metadata.update(tags or {})
        picture = out.add_stream(codec, rate=fps, options={**QUICK[codec], **(options or {})})
        context = picture.codec_context
        picture.width, picture.height, picture.pix_fmt = *size, pixels
        context.time_base = picture.time_base = Fraction(1, 1000)
        if colours is not None:
            context.color_primaries, context.color_trc, context.colorspace = colours
        if aspect is not None:
            context.sample_aspect_ratio = aspect
        sounds = [sound_track(out, sound, language) for language in ("zho", "eng")[: 1 + extras]] if sound else []
        words = out.add_mux_stream("mov_text" if path.suffix == ".mp4" else "subrip") if extras else None
        if words is not None:
            words.time_base = Fraction(1, 1000)
            out.set_chapters(
                [
                    {
                        "id": n,
                        "start": n * 1000,
                        "end": n * 1000 + 1000,
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": f"Part {n}"},
                    }
                    for n in (0, 1)
                ]
            )
        if extras and path.suffix == ".mkv":
            out.add_attachment("notes.txt", "text/plain", b"an attachment")
        for number, moment in enumerate(moments):
            frame = _frame(size, pixels, number, bright)
            frame.pts, frame.time_base = moment + round(start * 1000), Fraction(1, 1000)
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        for track in sounds:
            tone_into(out, track, moments[-1] / 1000 + 0.1)
        if words is not None:
            for at in (200, 1100):
                text = b"Words"
                packet = Packet(len(text).to_bytes(2, "big") + text if path.suffix == ".mp4" else text)
                packet.stream, packet.time_base = words, Fraction(1, 1000)
                packet.pts = packet.dts = at
                packet.duration = 500
                out.mux(packet)
    return path


def _frame(size: tuple[int, int], pixels: str, number: int, bright: int | None) -> av.VideoFrame:
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    if bright is not None:
        picture = np.full((size[1], size[0], 3), bright, np.uint8)
    else:
        waves = [128 + 90 * np.sin((columns + 3 * number) / span + rows / (2 * span)) for span in (11, 17, 29)]
        picture = np.stack(waves, axis=2).astype(np.uint8)
    return av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixels)


def sound_track(out: av.container.OutputContainer, codec: str, language: str) -> av.AudioStream:
    track = out.add_stream(codec, rate=48000)
    track.metadata["language"] = language
    return track


def tone_into(out: av.container.OutputContainer, track: av.AudioStream, seconds: float) -> None:
    kind = "s16" if track.codec_context.name == "libopus" else "fltp"
    for start in range(0, round(seconds * 48000), 960):
        wave = np.sin((np.arange(960) + start) * 0.06) * 0.2
        data = (
            (np.repeat(wave, 2) * 32767).astype(np.int16)[np.newaxis]
            if kind == "s16"
            else np.stack([wave, wave]).astype(np.float32)
        )
        tone = av.AudioFrame.from_ndarray(np.ascontiguousarray(data), format=kind, layout="stereo")
        tone.rate, tone.pts, tone.time_base = 48000, start, Fraction(1, 48000)
        out.mux(track.encode(tone))
    out.mux(track.encode(None))


def turned(path: Path, degrees: int) -> Path:
    """The MP4 with the display matrix of its first track set: what a telephone writes that is held upright."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value * 65536 for value in MATRIX[degrees])
    for place, value in zip((0, 4, 12, 16), (a, b, c, d), strict=True):
        data[at + place : at + place + 4] = value.to_bytes(4, "big", signed=True)
    path.write_bytes(data)
    return path


def labelled(source: Path, wish: Wish | None = None) -> tuple[Path, Report, Report]:
    """(labelled file, report, what the read-back says)."""
    target = source.with_name(f"labelled{source.suffix}")
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE, wish=wish)
    return target, report, check_file(target, expected=LABEL, report=report, original=source)


def codes(checked: Report) -> set[str]:
    """The errors of a read-back."""
    return {str(finding["code"]) for finding in checked["findings"] if finding["severity"] == "error"}


@functools.lru_cache(maxsize=64)
def ffprobe(path: Path) -> dict[str, list[dict[str, object]]]:
    """Streams, format, chapters and the first frame as ffprobe tells them."""
    told = subprocess.run(
        [require("ffprobe"), "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json",
         str(path)], check=True, capture_output=True,
    )  # fmt: skip
    return json.loads(told.stdout)


def picture_track(path: Path) -> dict[str, object]:
    """ffprobe's description of the picture."""
    return next(one for one in ffprobe(path)["streams"] if one["codec_type"] == "video")


def mediainfo(path: Path) -> dict[str, object]:
    """mediainfo's description of the picture."""
    told = subprocess.run([require("mediainfo"), "--Output=JSON", str(path)], check=True, capture_output=True)
    return next(one for one in json.loads(told.stdout)["media"]["track"] if one["@type"] == "Video")


def packets(path: Path, kind: str) -> list[tuple[str, float]]:
    """(digest, time in seconds) of every packet of one kind of track, by PyAV."""
    with av.open(str(path)) as opened:
        tracks = [one for one in opened.streams if one.type == kind]
        return [
            (hashlib.sha256(bytes(one)).hexdigest(), float(one.pts * one.time_base))
            for one in (opened.demux(tracks) if tracks else ())  # no track would mean all of them
            if one.size and not (kind == "subtitle" and bytes(one) == b"\0\0")  # MP4's pause between subtitles
        ]


def frames(path: Path) -> list[tuple[float, np.ndarray]]:
    """(time in seconds, luma) of every frame, by PyAV."""
    with av.open(str(path)) as opened:
        return [
            (float(one.pts * one.time_base), one.to_ndarray(format="gray"))
            for one in opened.decode(opened.streams.video[0])
        ]
