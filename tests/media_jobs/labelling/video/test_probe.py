"""A video is looked at before anything else: what it is, and every reason to refuse it."""

import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.probe import probe
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import LABEL, SOURCE
from tests.media_jobs.labelling.video.films import film, sound_track, tone_into, turned
from tests.outside import require


def test_it_tells_what_the_video_is(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4", extras=True, tags={"make": "Acme"}, late={"movflags": "+use_metadata_tags"})

    told = probe(turned(source, 90))

    assert {name: told[name] for name in ("format", "medium", "codec", "pixels", "bits", "hdr", "frames", "fps")} == {
        "format": "mp4", "medium": "video", "codec": "h264", "pixels": "yuv420p", "bits": 8, "hdr": "", "frames": 24,
        "fps": 10.0,
    }  # fmt: skip
    assert (told["seen_width"], told["seen_height"]) == (144, 192)
    assert told["duration"] == pytest.approx(2.4, abs=0.01)
    assert told["has_sound"]
    assert told["sounds"] == ["aac", "aac"]
    assert (told["subtitles"], told["chapters"], told["camera"]) == (1, 2, True)


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    told = probe(film(tmp_path / "a.webm", codec="libvpx-vp9", sound=None, seconds=0.3))

    assert not told["has_sound"]
    assert not told["camera"]


def refusal(path: Path, limits: ProbeLimits | None = None) -> str:
    """The code by which probe refuses; the labeller refuses too, and leaves nothing behind."""
    with pytest.raises(MediaError) as caught:
        probe(path, limits=limits)
    if limits is None:
        before = sorted(path.parent.iterdir())
        with pytest.raises(MediaError) as again:
            label_file(path, path.parent / f"out{path.suffix}", label=LABEL, digital_source_type=SOURCE)
        assert sorted(path.parent.iterdir()) == before
        assert again.value.code == caught.value.code
    return caught.value.code


def mpeg4(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        track = out.add_stream("mpeg4", rate=10)
        track.width = track.height = 64
        out.mux(track.encode(av.VideoFrame(64, 64, "yuv420p")))
        out.mux(track.encode(None))
    return path


def sound_only(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as out:
        tone_into(out, sound_track(out, "aac", "zho"), 0.3)
    return path


def two_pictures(path: Path) -> Path:
    one = film(path.with_name("one.mkv"), seconds=0.3, sound=None)
    with av.open(str(one)) as old, av.open(str(path), "w") as out:
        tracks = [out.add_stream_from_template(old.streams.video[0], opaque=True) for _ in range(2)]
        for packet in old.demux(old.streams.video[0]):
            for track in tracks if packet.size else ():
                packet.stream = track
                out.mux(packet)
    one.unlink()
    return path


def see_through(path: Path) -> Path:
    return film(path, codec="libvpx-vp9", pixels="yuva420p", sound=None, seconds=0.3)


def skewed(path: Path) -> Path:
    data = bytearray(turned(film(path, seconds=0.3, sound=None), 180).read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    for place, value in zip((0, 4, 12, 16), (46341, 46341, -46341, 46341), strict=True):
        data[at + place : at + place + 4] = struct.pack(">i", value)
    path.write_bytes(data)
    return path


def without_frames(path: Path) -> Path:
    data = film(path, seconds=0.3, sound=None, late={"movflags": "+empty_moov+frag_keyframe"}).read_bytes()
    path.write_bytes(data[: data.index(b"moof") - 4])
    return path


def encrypted(path: Path) -> Path:
    whole = film(path.with_name("whole.mp4"), seconds=0.3, sound=None)
    key = "76a6c65c5ea762046bd749a2e632ccbb"
    subprocess.run(
        [require("ffmpeg"), "-v", "error", "-i", str(whole), "-c", "copy", "-encryption_scheme", "cenc-aes-ctr",
         "-encryption_key", key, "-encryption_kid", key, str(path)], check=True,
    )  # fmt: skip
    whole.unlink()
    return path


def dolby(path: Path) -> Path:
    data = film(path, codec="libx265", pixels="yuv420p10le", seconds=0.3, sound=None).read_bytes()
    kind = next(kind for kind in (b"hvc1", b"hev1") if kind in data.replace(b"hvc1iso", b"").replace(b"isomhvc1", b""))
    path.write_bytes(data.replace(kind + bytes(6), b"dvh1" + bytes(6)))
    return path


def changing(path: Path) -> Path:
    """Two sizes behind one another, as live streams have them."""
    parts = [
        film(path.with_name(f"{n}.mkv"), seconds=0.3, sound=None, size=(128 + 64 * n, 96), options={"bf": "0"})
        for n in (0, 1)
    ]
    with av.open(str(path), "w") as out:
        track = None
        for number, part in enumerate(parts):
            with av.open(str(part)) as old:
                picture = old.streams.video[0]
                track = track or out.add_stream_from_template(picture, opaque=True)
                for packet in old.demux(picture):
                    if packet.size:
                        data = av.Packet(bytes(packet))
                        if packet.is_keyframe:
                            data = av.Packet(parameter_sets(picture.codec_context.extradata) + bytes(packet))
                        data.pts = data.dts = (packet.pts or 0) + number * 300
                        data.time_base, data.stream, data.is_keyframe = picture.time_base, track, packet.is_keyframe
                        out.mux(data)
            part.unlink()
    return path


def parameter_sets(record: bytes) -> bytes:
    """The sequence and picture parameter sets of an avcC record, each behind its length of four bytes."""
    out, at = b"", 6
    for _ in range(2):
        size = int.from_bytes(record[at : at + 2], "big")
        out += size.to_bytes(4, "big") + record[at + 2 : at + 2 + size]
        at += 2 + size + 1
    return out


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (mpeg4, "a.mp4", "video.codec"),
        (sound_only, "a.mp4", "video.no_picture"),
        (two_pictures, "a.mkv", "video.several_pictures"),
        (see_through, "a.webm", "video.alpha"),
        (skewed, "a.mp4", "video.turned"),
        (without_frames, "a.mp4", "video.no_frames"),
        (encrypted, "a.mp4", "video.encrypted"),
        (dolby, "a.mp4", "video.dolby_vision"),
        (changing, "a.mkv", "video.changing"),
    ],
)
def test_what_cannot_be_labelled_is_refused_with_its_reason(
    tmp_path: Path, make: Callable[[Path], Path], name: str, code: str
) -> None:
    assert refusal(make(tmp_path / name)) == code


def test_ceilings_hold(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mkv", seconds=1, sound=None)

    assert refusal(source, ProbeLimits(max_seconds=0.5)) == "video.too_long"
    assert refusal(source, ProbeLimits(max_pixels=10_000)) == "media.too_large"


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm"])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, ending: str) -> None:
    whole = film(tmp_path / f"whole.{ending}", seconds=3, codec="libvpx-vp9" if ending == "webm" else "libx264",
                 sound=None, late={"movflags": "+faststart"} if ending == "mp4" else None)  # fmt: skip
    data = whole.read_bytes()

    for share in (0.2, 0.5, 0.7):
        cut = tmp_path / f"cut.{ending}"
        cut.write_bytes(data[: int(len(data) * share)])
        assert refusal(cut) in {"media.truncated", "media.damaged"}


def test_a_name_of_another_kind_is_refused(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mkv", seconds=0.3, sound=None)
    shutil.copy(source, tmp_path / "a.mp4")

    with pytest.raises(MediaError) as caught:
        probe(tmp_path / "a.mp4")

    assert caught.value.code == "media.mismatched_type"
