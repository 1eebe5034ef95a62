"""What a video label costs: `python tests/benchmarks/bench_video.py [seconds]`; reports ratios, never fails on time.

Baseline in the same run, taking turns with it: PyAV decodes and x264 encodes the same clip with the same settings and
threads, sound copied, and nothing is drawn. Memory is told of a child process per length of film.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import PictureType

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
ROUNDS = 5
WIDTH, HEIGHT, FPS = 1920, 1080, 30


def clip(path: Path, *, seconds: float, width: int = WIDTH, height: int = HEIGHT, quality: str = "20") -> None:
    """Texture that moves, with a camera's grain and a tone beside it."""
    rows, columns = np.mgrid[0 : height * 2, 0 : width * 2].astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 3, rows.shape).astype(np.float32)
    waves = 120 + 50 * np.sin(columns / 37 + rows / 61) + 40 * np.sin(columns / 310 - rows / 170) + grain
    texture = np.clip(waves, 16, 235).astype(np.uint8)
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": quality})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        sound = out.add_stream("aac", rate=48000)
        frame = av.VideoFrame(width, height, "yuv420p")
        for number in range(round(seconds * FPS)):
            x, y = int((number * 5) % width), int((number * 2) % height)
            luma = texture[y : y + height, x : x + width]
            for plane, data in zip(
                frame.planes, (luma, luma[::2, ::2] // 4 + 96, 223 - luma[::2, ::2] // 3), strict=True
            ):
                view = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
                view[:, : plane.width] = data
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        for start in range(0, round(seconds * 48000), 1024):
            wave = np.sin((np.arange(1024) + start) * 0.06).astype(np.float32) * 0.2
            tone = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
            tone.rate, tone.pts, tone.time_base = 48000, start, Fraction(1, 48000)
            out.mux(sound.encode(tone))
        out.mux(stream.encode(None))
        out.mux(sound.encode(None))


def bare(source: Path, target: Path) -> None:
    """Decode and encode; sound packet for packet."""
    with (
        av.open(str(source)) as film,
        av.open(str(target), "w", format="mp4", container_options={"movflags": "+faststart"}) as out,
    ):
        old, sound = film.streams.video[0], film.streams.audio[0]
        old.thread_type = "AUTO"
        new = out.add_stream("libx264", rate=old.average_rate, options={"preset": "veryfast", "crf": "18"})
        new.width, new.height, new.pix_fmt = old.width, old.height, "yuv420p"
        new.codec_context.time_base = new.time_base = old.time_base
        new.codec_context.thread_type = "AUTO"
        copy = out.add_stream_from_template(sound, opaque=True)
        for packet in film.demux(old, sound):
            if packet.stream_index == old.index:
                for frame in packet.decode():
                    frame.pict_type = PictureType.NONE
                    out.mux(new.encode(frame))
            elif packet.dts is not None:
                packet.stream = copy
                out.mux(packet)
        out.mux(new.encode(None))


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main(seconds: float) -> None:
    """Print one table of speed and one of memory."""
    from media_jobs.labelling import containers
    from media_jobs.labelling.aigc import AigcLabel
    from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
    from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
    from media_jobs.labelling.readback import check_file
    from media_jobs.labelling.video import put
    from media_jobs.labelling.wish import Wish
    from media_jobs.labelling.writer import label_file

    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="bench")
    with tempfile.TemporaryDirectory(prefix="hallmark-bench-") as name:
        folder = Path(name)
        source, target, labelled = folder / "source.mp4", folder / "bare.mp4", folder / "labelled.mp4"
        clip(source, seconds=seconds)
        container = containers.recognise(source)

        def everything() -> dict[str, object]:
            return label_file(source, labelled, label=label, digital_source_type=TRAINED_ALGORITHMIC_MEDIA)

        actions: dict[str, Callable[[], object]] = {
            "bare transcode": lambda: bare(source, target),
            "explicit label": lambda: put(source, target, container=container, wish=Wish()),
            "all marks": everything,
            "read-back": lambda: check_file(labelled, expected=label, report=report, original=source),
        }
        report = everything()
        taken: dict[str, list[float]] = {what: [] for what in actions}
        for _ in range(ROUNDS):
            for what, action in actions.items():
                taken[what].append(_seconds(action))
        base = statistics.median(taken["bare transcode"])
        _say(f"{WIDTH}x{HEIGHT}, {seconds:g} s at {FPS}/s, H.264 veryfast crf 18, median of {ROUNDS} taking turns")
        for what, times in taken.items():
            median = statistics.median(times)
            _say(f"{what:16}{median:7.2f} s  {seconds * FPS / median:6.1f} fps  {base / median:5.2f}x the bare speed")
        _say("peak memory of a process that labels 1080p / 320x180 for so many seconds (MiB)")
        for width, height, lengths in ((WIDTH, HEIGHT, (2, seconds)), (320, 180, (10, 120))):
            for length in lengths:
                clip(source, seconds=length, width=width, height=height, quality="35")
                _say(f"{width}x{height} {length:6g} s {_peak(source, labelled):6.0f}")


def _peak(source: Path, target: Path) -> float:
    told = subprocess.run(
        [sys.executable, __file__, "--one", str(source), str(target)], check=True, capture_output=True, text=True
    )
    return float(told.stdout)


def one(source: str, target: str) -> None:
    """Label one file and tell the peak resident memory, MiB."""
    from media_jobs.labelling.aigc import AigcLabel
    from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
    from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
    from media_jobs.labelling.writer import label_file

    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="bench")
    label_file(source, target, label=label, digital_source_type=TRAINED_ALGORITHMIC_MEDIA)
    # not ru_maxrss: that of a child begins with what its parent had when it forked
    status = Path("/proc/self/status").read_text(encoding="ascii")
    _say(int(status.split("VmHWM:")[1].split()[0]) / 1024)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3])
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
