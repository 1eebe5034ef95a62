"""A TIFF file walked directory by directory: where its labels are, and whether it is whole."""

import struct

from media_jobs.labelling.readback import files
from media_jobs.labelling.readback.findings import Walked

_XMP = 700
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_PAGES = 3000


def walk(data: files.Data) -> Walked:
    """Walk it; faults are collected, not raised."""
    walked = Walked(container="tiff" if data[:4] in {b"II*\0", b"MM\0*"} else "", lossless=True)
    if not walked.container or len(data) < 8:
        walked.faults.append("order")
        return walked
    end = "<" if data[:1] == b"I" else ">"
    (at,) = struct.unpack(f"{end}I", data[4:8])
    number, seen = 0, set[int]()
    try:
        while at and at not in seen and number < _PAGES:
            seen.add(at)
            (rows,) = struct.unpack(f"{end}H", data[at : at + 2])
            last = 0
            for row in range(rows):
                tag, kind, count, place = struct.unpack(f"{end}HHII", data[at + 2 + 12 * row : at + 14 + 12 * row])
                walked.faults += ["order"] if tag < last else []
                last = tag
                length = _WIDTHS.get(kind, 1) * count
                if length > 4 and place + length > len(data):
                    walked.faults.append("length")
                elif tag == _XMP:
                    _packet(data, walked, number, kind, (place, place + length))
            (at,) = struct.unpack(f"{end}I", data[at + 2 + 12 * rows : at + 6 + 12 * rows])
            number += 1
    except struct.error:
        walked.faults.append("length")
    walked.mentions = mentions(data)
    return walked


def _packet(data: files.Data, walked: Walked, number: int, kind: int, place: tuple[int, int]) -> None:
    if number == 0 and kind != 7:
        walked.faults.append("flag")
    name = "tiff.ifd0.xmp" if number == 0 else f"tiff.ifd{number}.xmp"
    files.add_packet(walked, name, data[place[0] : place[1]].decode("utf-8", "replace"))


def mentions(data: files.Data) -> int:
    """How often a label's key stands anywhere in the file, in 8 or 16 bits per character."""
    found = 0
    for word in (b"ContentProducer", "ContentProducer".encode("utf-16-le")):
        at = data.find(word)
        while at >= 0:
            found += 1
            at = data.find(word, at + 1)
    return found
