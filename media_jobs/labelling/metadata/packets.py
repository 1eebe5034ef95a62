"""The digest "packets-v1" of sound and moving pictures: over the coded packets, which no re-mux changes.

For each track: SHA-256 over the payloads of its packets in decode order, one after the other. Then, for the video
tracks in the order of the file and after them for the audio tracks, one ASCII line each:

    <v|a> <name of the codec as FFmpeg has it> <SHA-256, lower-case hex>\\n

The digest is the SHA-256 of these lines. A packet is what libavformat's demuxer yields, edit lists ignored: MP4, MOV,
Matroska and WebM hold the same H.264, HEVC, AV1, VP9, AAC and Opus payloads, so the digest survives fast-start moves,
other interleaving, fragments, and a change of container. Anybody can compute it with stock tools: the hashes of the
lines are those that FFmpeg prints for

    ffmpeg -ignore_editlist 1 -i FILE -map 0:V -map 0:a -c copy -copyinkf -f streamhash -hash sha256 -

Not covered: times, cover pictures, subtitles, data tracks, codec configuration.
"""

import hashlib
from pathlib import Path

import av

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Content

METHOD = "packets-v1"
_ATTACHED = av.stream.Disposition.attached_pic


def content(path: Path, *, demuxer: str) -> Content:
    """The digest of a file's sound and pictures; nothing is decoded for it, one packet is in memory at a time.

    Args:
        path: the file.
        demuxer: libavformat's name of the format ("mov", "matroska"): a file in disguise is not asked what it is.

    Raises:
        MediaError: media.damaged, media.truncated.
    """
    try:
        with av.open(str(path), format=demuxer, options={"ignore_editlist": "1"}) as opened:
            streams = [
                stream
                for kind in (opened.streams.video, opened.streams.audio)
                for stream in kind
                if not stream.disposition & _ATTACHED
            ]
            digests = {stream.index: hashlib.sha256() for stream in streams}
            if not streams:
                raise media_error("media.damaged")
            for packet in opened.demux(streams):
                if packet.is_corrupt:
                    raise media_error("media.truncated")
                if packet.size:
                    digests[packet.stream_index].update(packet)
            lines = "".join(
                f"{stream.type[0]} {_codec(stream)} {digests[stream.index].hexdigest()}\n" for stream in streams
            )
    except (av.FFmpegError, ValueError, OSError):
        raise media_error("media.damaged") from None
    return Content(METHOD, hashlib.sha256(lines.encode("ascii")).hexdigest())


def _codec(stream: av.VideoStream | av.AudioStream) -> str:
    context = stream.codec_context
    return "unknown" if context is None else context.codec.canonical_name
