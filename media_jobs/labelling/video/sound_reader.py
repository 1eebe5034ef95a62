"""One sound track of a video decoded from its beginning, on a clock of samples without holes."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from media_jobs.labelling.audio.coded import Coding, floats
from media_jobs.labelling.audio.encode import frames_of
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.video.source import Source, end_of

_JITTER = 0.01  # seconds by which time stamps may be off without anybody hearing it; containers round to 1 ms
_SETBACK = 1.0  # seconds that a track's clock may run back: overlapping pieces, not another recording
_PADDED = 4096  # samples that a codec's last block may have too many
_MAX_BROKEN = 2
_SILENCE = 4096  # samples of one frame


class Reader:
    """One sound track, decoded and put on a clock of samples."""

    def __init__(self, film: Source, index: int) -> None:
        """Take a track of a file that nothing else is read from meanwhile."""
        self._film = film
        stream = film.container.streams[index]
        if not isinstance(stream, AudioStream):
            raise media_error("media.damaged")
        self._stream = stream
        name = stream.codec_context.codec.canonical_name
        self.codec = str(name)
        self.size = 0  # bytes of all packets so far
        self.end = 0.0  # of the last packet, seconds by the file's clock
        self._told = 0  # the same, in the track's own units

    @property
    def bits(self) -> int:
        """Of a sample of FLAC or ALAC, 0 of others."""
        extra = self._stream.codec_context.extradata or b""
        if self.codec == "flac":
            return (int.from_bytes(extra[12:14], "big") >> 4 & 31) + 1 if len(extra) >= 34 else 16
        if self.codec == "alac":
            return extra[-19] if len(extra) >= 24 else 16
        return 0

    def surplus(self, end: int) -> int:
        """How many samples of a last block stand behind the end that the packets tell; `end`: of those decoded."""
        base = self._stream.time_base
        rate = self._stream.codec_context.sample_rate
        if base is None or base.denominator < rate:
            return 0  # too coarse a clock to cut by
        over = end - round(self._told * base * rate)
        return over if 0 < over <= _PADDED else 0

    def frames(self) -> Iterator[AudioFrame]:
        """The sound without holes: pts in samples, each frame where the last one ended.

        Raises:
            MediaError: media.damaged, media.truncated, video.sound_changing, video.encrypted.
        """
        clock: int | None = None
        shape: tuple[int, str, str] | None = None
        for frame in self._decoded():
            now = (frame.sample_rate, frame.layout.name, frame.format.name)
            shape = shape or now
            if now != shape:
                raise media_error("video.sound_changing", number=self._stream.index)
            rate, base = frame.sample_rate, frame.time_base
            at = clock if frame.pts is None or base is None else round(frame.pts * base * rate)
            clock = (at or 0) if clock is None else clock
            gap = (clock if at is None else at) - clock
            if gap < -_SETBACK * rate or gap > (self._film.seconds + 60) * rate:
                raise media_error("media.damaged")
            if abs(gap) > _JITTER * rate:
                if gap <= -frame.samples:
                    continue
                for part in self._bridged(frame, gap):
                    part.pts, part.time_base = clock, Fraction(1, rate)
                    clock += part.samples
                    yield part
                continue
            frame.pts, frame.time_base = clock, Fraction(1, rate)
            clock += frame.samples
            yield frame

    def _bridged(self, frame: AudioFrame, gap: int) -> Iterator[AudioFrame]:
        """Silence before a frame that comes late; a frame that comes too early without what was heard already."""
        names = tuple(channel.name for channel in frame.layout.channels)
        coding = Coding("", frame.sample_rate, frame.layout.name, names, frame.format.name, 0, 0, 0.0)
        while gap > 0:
            length = min(gap, _SILENCE)
            yield from frames_of(np.zeros((len(names), length), np.float32), coding)
            gap -= length
        if gap == 0:
            yield frame
        else:
            yield from frames_of(floats(frame)[:, -gap:], coding, chunk=frame.samples)

    def _decoded(self) -> Iterator[AudioFrame]:
        broken = 0
        for packet in self._film.container.demux(self._stream):
            if packet.is_corrupt:
                raise media_error("media.truncated")
            if packet.size and packet.has_sidedata("encryption_info"):
                raise media_error("video.encrypted")
            self.size += packet.size
            self.end = max(self.end, end_of(packet))
            if packet.pts is not None:
                self._told = max(self._told, packet.pts + (packet.duration or 0))
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                broken += 1
                if broken > _MAX_BROKEN:
                    raise media_error("media.damaged") from None
                continue
            for frame in decoded:
                if isinstance(frame, AudioFrame) and frame.samples:
                    yield frame
