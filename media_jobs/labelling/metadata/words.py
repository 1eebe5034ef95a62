"""Characters of text files: which encoding, which line ends, and how to add to them without touching a byte."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from media_jobs.labelling.errors import media_error

MAX_BYTES = 64 * 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class Words:
    """A text file taken apart.

    Attributes:
        data: all bytes.
        mark: the byte order mark, or b"".
        encoding: Python's name of it.
        text: the characters without the mark.
    """

    data: bytes
    mark: bytes
    encoding: str
    text: str

    @property
    def newline(self) -> str:
        """The line end of the file's first line; \\n where it has one line."""
        found = re.search(r"\r\n|\n|\r", self.text)
        return found[0] if found else "\n"

    def with_inserted(self, *parts: tuple[int, str]) -> bytes:
        """The file's bytes with texts put in at character positions; every other byte is the old one.

        Raises:
            MediaError: text.label_not_in_encoding, text.encoding.
        """
        out, done, at = bytearray(self.mark), len(self.mark), 0
        for position, text in sorted(parts, key=lambda part: part[0]):
            end = done + len(self.text[at:position].encode(self.encoding, "surrogateescape"))
            out += self.data[done:end]
            try:
                out += text.encode(self.encoding)
            except UnicodeEncodeError:
                raise media_error("text.label_not_in_encoding", encoding=self.encoding) from None
            done, at = end, position
        return bytes(out + self.data[done:])

    def without(self, *ranges: tuple[int, int]) -> "Words":
        """The file with the characters of these ranges taken out."""
        text, out, done, at = self.text, bytearray(self.mark), len(self.mark), 0
        kept = []
        for start, end in sorted(ranges):
            first = done + len(text[at:start].encode(self.encoding, "surrogateescape"))
            out += self.data[done:first]
            kept.append(text[at:start])
            done = first + len(text[start:end].encode(self.encoding, "surrogateescape"))
            at = end
        return Words(bytes(out + self.data[done:]), self.mark, self.encoding, "".join(kept) + text[at:])


def read(path: Path) -> Words:
    """Take a text file apart.

    Raises:
        MediaError: media.unreadable, media.too_many_bytes, text.encoding.
    """
    return taken_apart(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """All bytes of a text file that is not too long.

    Raises:
        MediaError: media.unreadable, media.too_many_bytes.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise media_error("media.too_many_bytes", bytes=size, max_bytes=MAX_BYTES)
        return path.read_bytes()
    except OSError:
        raise media_error("media.unreadable") from None


def taken_apart(data: bytes, *, declared: str = "") -> Words:
    """The same of bytes.

    Args:
        declared: an encoding that the file itself names (HTML); a byte order mark goes before it.

    Raises:
        MediaError: text.encoding: in no encoding do all bytes turn into characters and back.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, mark, (encoding,))
    return _decoded(data, b"", (declared,) if declared else ("utf-8", "gb18030"))


def _decoded(data: bytes, mark: bytes, encodings: tuple[str, ...]) -> Words:
    body = data[len(mark) :]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
            # GB 18030 knows two spellings of a few characters: positions are told by encoding again
            if text.encode(encoding) == body:
                return Words(data, mark, encoding, text)
        except (UnicodeError, LookupError):
            continue
    raise media_error("text.encoding")


def canonical(text: str) -> bytes:
    """What is hashed of a text: UTF-8, every line end as LF; saving it in another editor changes nothing in it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass")
