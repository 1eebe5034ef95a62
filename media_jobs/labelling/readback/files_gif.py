"""A GIF file walked block by block: where its labels are, and whether it is whole."""

from media_jobs.labelling.readback import files
from media_jobs.labelling.readback.findings import Walked

_MAGIC = b"\x01\xff\xfe\xfd"


def walk(data: files.Data) -> Walked:
    """Walk it; faults are collected, not raised."""
    walked = Walked(container="gif" if data[:4] == b"GIF8" else "", lossless=True)
    if not walked.container or len(data) < 14:
        walked.faults.append("order")
        return walked
    at = 13 + (3 * 2 ** (1 + data[10] % 8) if data[10] >= 128 else 0)
    images = 0
    while at < len(data) and data[at] != 0x3B:
        start = at
        if data[at] == 0x2C and at + 10 <= len(data):
            table = data[at + 9]
            at += 11 + (3 * 2 ** (1 + table % 8) if table >= 128 else 0)
            images += 1
        elif data[at] == 0x21:
            at += 2
        else:
            walked.faults.append("order")
            return walked
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
        if data[start] == 0x21:
            _extension(data[start:at], walked)
    if at + 1 != len(data) or not images:
        walked.faults.append("length")
    return walked


def _extension(body: bytes, walked: Walked) -> None:
    if body[2:14] == b"\x0bXMP DataXMP":
        packet, magic, _ = body[14:].partition(_MAGIC)
        if not magic:
            walked.faults.append("length")
        files.add_packet(walked, "gif.xmp", packet.decode("utf-8", "replace"))
    walked.mentions += body.replace(b"\0", b"").count(b"ContentProducer")
