"""Label one video: decode, blend, encode the picture; everything else goes over packet for packet."""

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.video import glance, private, sound, untouched
from media_jobs.labelling.video.encode import encoder, frame_rate, rate_of
from media_jobs.labelling.video.picture import Picture
from media_jobs.labelling.video.source import MUXERS, Source, end_of, opened
from media_jobs.labelling.video.stamp import Stamp, stamp, told
from media_jobs.labelling.wish import Wish

LEAST_SECONDS = 2.0  # GB 45438-2025 5.4: at normal speed
LEAST_SHARE = 0.05  # ours: a label of 2 s in a long film is soon forgotten
_FINEST = 20_000_000  # units a second: four hours of them still fit anywhere


def put(source: Path, target: Path, *, container: Container, wish: Wish) -> dict[str, Any]:
    """See Labeller.put: the label from the first frame on, by default on all of them.

    The picture is encoded anew in its own family (VP8 becomes VP9) with its colours, depth, turn, HDR data, times and
    aspect; sound, subtitles, chapters and attachments are not touched. Positions, devices and owners go, and so do
    tracks of a camera's movements and cover pictures.

    Returns:
        text, lines, box, capitals_box, ink_boxes, ... (stamp.told), seconds_wished (None: the whole duration),
        seconds_labelled (from the first frame to the end of the last labelled one), frames, frames_labelled, fps,
        duration (s), codec, pixels, hdr, lossless (False), notes. Without explicit label: see untouched.put.

    Raises:
        MediaError: media.*, video.*, label.*.
    """
    if not wish.explicit:
        return untouched.put(source, target, container=container, wish=wish)
    with opened(source, container) as looked:
        picture, glances = glance.looked_at(looked, more=wish.faces is None)
        rate = rate_of(looked, source.stat().st_size)
    plans = sound.plans(source, container, wish) if wish.sound_in_video else []
    label = stamp(picture, wish, glances)
    with opened(source, container) as film, contextlib.ExitStack() as readers:
        work = _Work(film, picture, label, _length(wish.seconds, film.seconds))
        fps = float(frame_rate(film))  # asked while the file is open: afterwards its tracks are gone
        with _written(target, container, film) as out:
            work.run(out, wish, rate, [(readers.enter_context(opened(source, container)), one) for one in plans])
    notes = [
        *film.left,
        *(["vorbis_to_opus"] if any(one.codec == "vorbis" for one in plans) else []),
        *(["rhythm_for_short_sound"] if any(one.wish.sound != wish.sound for one in plans) else []),
        *(["dynamic_hdr_dropped"] if picture.dynamic_hdr else []),
    ]
    notes += ["vp8_to_vp9"] if film.codec == "vp8" else []
    return {
        **told(label, picture, wish),
        **work.report(),
        "fps": fps,
        "codec": film.codec,
        "pixels": picture.pixels,
        "hdr": picture.hdr,
        "lossless": False,
        "sound_in_video": wish.sound_in_video,
        "sounds": [one.report() for one in plans],
        "notes": notes,
    }


def _length(wished: float | None, duration: float) -> float | None:
    """Seconds that the label stays, at least 2 s and 5 %; None for the whole duration, or where it is not known."""
    if wished is None or duration <= 0:
        return None
    return max(wished, LEAST_SECONDS, LEAST_SHARE * duration)


def _written(target: Path, container: Container, film: Source) -> OutputContainer:
    """The file to write, its tags set."""
    tags = private.kept(film.container.metadata)
    options = {}
    if container.name in {"mp4", "mov"}:
        free = "+use_metadata_tags" if private.needs_free_names(tags) else ""
        options = {
            "movflags": f"+faststart{free}",
            "video_track_timescale": str(_unit(film.picture)),
            "movie_timescale": str(_film_unit(film)),
            "strict": "unofficial",  # the boxes of panoramas are not ISO's
        }
    out = av.open(str(target.resolve()), "w", format=MUXERS[container.name], container_options=options)
    out.metadata.update(tags)
    return out


def _unit(stream: Stream) -> int:
    """How many units of time a second has in a track."""
    return stream.time_base.denominator if stream.time_base else 1000


def _film_unit(film: Source) -> int:
    """How many units a second has in the file's own clock: late starts are written in them, so all must fit."""
    tracks = [film.picture, *(one for one in film.copied if one.type != "attachment")]
    if not any(one.start_time for one in tracks):
        return 1000
    unit = math.lcm(*(_unit(one) for one in tracks))
    return unit if unit <= _FINEST else _unit(film.picture)


class _Work:
    """One pass over a film."""

    def __init__(self, film: Source, picture: Picture, label: Stamp, length: float | None) -> None:
        self._film, self._picture, self._label, self._length = film, picture, label, length
        self._first = self._last = self._end = self._shown_until = 0.0
        self._frames = self._labelled = 0
        self._longest = 0.0
        self._told = -1.0
        self._written = -math.inf  # the picture reaches so far in the labelled file, seconds

    def run(self, out: OutputContainer, wish: Wish, rate: int, sounds: list[tuple[Source, sound.Plan]]) -> None:
        """Decode, blend, encode; copy the rest in the order of the file, and fetch labelled sound as the picture goes.

        Args:
            rate: of the picture, bit/s.
            sounds: tracks that are labelled, each with the file opened for it alone.
        """
        film = self._film
        track = encoder(out, film, self._picture, rate=rate)
        copies, voices = _others(out, film, {plan.index: (reader, plan) for reader, plan in sounds})
        _describe(track, film.picture)
        out.set_chapters(film.container.chapters())
        film.picture.thread_type = "AUTO"
        for packet in film.container.demux([film.picture, *(one for one in film.copied if one.index in copies)]):
            if packet.is_corrupt:
                raise media_error("media.truncated")
            self._longest = max(self._longest, end_of(packet))
            if packet.stream_index == film.picture.index:
                self._picture_packet(packet, out, track, wish)
                for voice in voices:
                    voice.until(self._written)
            elif packet.size and not (packet.size == 2 and copies[packet.stream_index].type == "subtitle"):
                # two bytes are MP4's empty subtitle, the pause between two: the muxer writes pauses itself
                packet.stream = copies[packet.stream_index]
                out.mux(packet)
        if not self._frames:
            raise media_error("video.no_frames")
        out.mux(track.encode(None))
        for voice in voices:
            voice.finish()
        if film.is_short(max([self._longest, *(voice.end for voice in voices)])):
            raise media_error("media.truncated")

    def _picture_packet(self, packet: "Packet[Any]", out: OutputContainer, track: VideoStream, wish: Wish) -> None:
        if packet.size and packet.has_sidedata("encryption_info"):
            raise media_error("video.encrypted")
        for frame in self._decoded(packet):
            now = frame.time or 0.0
            if not self._frames:
                self._first = now
            if self._length is None or now - self._first < self._length:
                self._label.overlay.onto(frame)
                self._labelled += 1
            elif not self._shown_until:
                self._shown_until = now
            self._frames += 1
            self._last = max(self._last, now)
            self._end = max(self._end, now + float((frame.duration or 0) * (frame.time_base or 0)))
            for packed in track.encode(frame):
                self._written = max(self._written, float((packed.dts or 0) * (packed.time_base or 0)))
                out.mux(packed)
            if wish.progress is not None and now - self._told >= 1.0:
                self._told = now
                wish.progress(now - self._first, max(self._film.seconds, now - self._first))

    def _decoded(self, packet: "Packet[Any]") -> Iterator[VideoFrame]:
        """The frames of a packet, free to be encoded as the encoder likes.

        Raises:
            MediaError: video.changing, media.damaged.
        """
        like = self._picture
        for frame in packet.decode():
            if not isinstance(frame, VideoFrame):
                continue
            if (frame.width, frame.height, frame.format.name) != (like.width, like.height, like.pixels):
                raise media_error("video.changing")
            if frame.is_corrupt:
                raise media_error("media.damaged")
            frame.pict_type = PictureType.NONE  # else the encoder would repeat the old one's choices
            yield frame

    def report(self) -> dict[str, Any]:
        """What was done."""
        duration = self._end - self._first
        until = self._shown_until - self._first if self._shown_until else duration
        return {
            "seconds_wished": self._length,
            "seconds_labelled": round(until, 3),
            "frames": self._frames,
            "frames_labelled": self._labelled,
            "duration": round(duration, 3),
        }


def _others(
    out: OutputContainer, film: Source, sounds: dict[int, tuple[Source, sound.Plan]]
) -> tuple[dict[int, Stream], list[sound.Track]]:
    """A track in `out` for each of the film's: by its number, those that are copied; and those labelled on the way."""
    copies: dict[int, Stream] = {}
    voices = []
    for old in film.copied:
        if old.type == "attachment":
            out.add_stream_from_template(old)
        elif old.index in sounds:
            voices.append(sound.Track(*sounds[old.index], out))
            _describe(voices[-1].stream, old)
        else:
            copies[old.index] = out.add_stream_from_template(old, opaque=True)
            _describe(copies[old.index], old)
    return copies, voices


def _describe(new: Stream, old: Stream) -> None:
    """Language, title and role of a track."""
    new.metadata.update(private.kept(dict(old.metadata)))
    new.disposition = old.disposition
