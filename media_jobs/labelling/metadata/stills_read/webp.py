"""WebP: the RIFF chunks within the announced size (WebP container specification)."""

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.stills_read.gathered import MAX_TEXT, Gathered
from media_jobs.labelling.metadata.stills_read.window import Window

_MAX_CHUNKS = 100_000  # an hour of animation at 25 frames a second has 90,000


def gather(window: Window, gathered: Gathered) -> None:
    """Walk the file; what was found before damage stays in `gathered`.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    end = 8 + int.from_bytes(window.at(4, 4), "little")
    position = 12
    packets = 0
    for _ in range(_MAX_CHUNKS):
        if position + 8 > end:
            if end > window.size or window.size < 20:
                break
            gathered.end = end + end % 2 if end % 2 and window.size > end else end
            return
        head = window.at(position, 8)
        kind, length = head[:4], int.from_bytes(head[4:8], "little")
        if len(head) < 8 or position + 8 + length > min(end, window.size):
            raise media_error("media.truncated")
        if kind == b"XMP " and length <= 2 * MAX_TEXT:
            packets += 1
            gathered.packet("webp.xmp" + (f".{packets}" if packets > 1 else ""), window.at(position + 8, length))
        elif kind == b"EXIF" and length <= MAX_TEXT:
            gathered.block("exif", window.at(position + 8, length).removeprefix(b"Exif\0\0"))
        elif kind == b"C2PA":
            gathered.c2pa = True
        position += 8 + length + length % 2
    else:
        raise media_error("media.damaged", what="WebP chunks")
    raise media_error("media.truncated")
