"""A signing desk: the child process that parses the file asks, the process that holds the key signs.

C2PA wants its signature in the middle of writing the file, by a library that parses the whole of it. So that no key
lives where a file is parsed, the child gets the address of a Unix socket and the parent answers there, once per file.
"""

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.signing import CallbackSigner, Signer

_MOST = 64 * 1024  # bytes of one message: a claim's Sig_structure has a few thousand
_PATIENCE = 60.0  # seconds that either side waits for the other


@contextlib.contextmanager
def desk(signer: Signer, *, signatures: int = 1) -> Iterator[str]:
    """Answer at the yielded address while the block runs.

    Args:
        signer: holds the key.
        signatures: how many are given before the desk closes; a taken-over child gets no more than it was due.

    Raises:
        MediaError: signing.failed - when the block ends and the signer had refused.
    """
    failed: list[MediaError] = []
    with tempfile.TemporaryDirectory(prefix="hallmark-desk-") as folder:  # mode 0700, a short path for AF_UNIX
        address = str(Path(folder) / "s")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            listening.bind(address)
            listening.listen(1)
            clerk = threading.Thread(target=_serve, args=(listening, signer, signatures, failed), daemon=True)
            clerk.start()
            try:
                yield address
            except MediaError:
                if failed:
                    raise failed[0] from None
                raise
            finally:
                with contextlib.suppress(OSError):
                    listening.shutdown(socket.SHUT_RDWR)  # wakes the clerk
                clerk.join(_PATIENCE)


def visitor(address: str, public_key: bytes) -> Signer:
    """A signer that asks at a desk."""

    def ask(message: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_PATIENCE)
            line.connect(address)
            line.sendall(len(message).to_bytes(4, "big") + message)
            return _block(line)

    return CallbackSigner(public_key, ask)


def _serve(listening: socket.socket, signer: Signer, signatures: int, failed: list[MediaError]) -> None:
    with listening:  # who comes after the last signature is refused at once
        for _ in range(signatures):
            try:
                line, _address = listening.accept()
            except OSError:  # the block has ended
                return
            _answer(line, signer, failed)


def _answer(line: socket.socket, signer: Signer, failed: list[MediaError]) -> None:
    with line:
        line.settimeout(_PATIENCE)
        try:
            answer = signer.sign(_block(line))
        except MediaError as error:
            failed.append(error)
            answer = b""
        except OSError:
            answer = b""
        with contextlib.suppress(OSError):
            line.sendall(len(answer).to_bytes(4, "big") + answer)


def _block(line: socket.socket) -> bytes:
    """One message: four bytes of length, then as many.

    Raises:
        MediaError: signing.failed - cut off, empty or too long.
    """
    size = int.from_bytes(_exactly(line, 4), "big")
    if not 0 < size <= _MOST:
        raise media_error("signing.failed", reason="message")
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            raise media_error("signing.failed", reason="message")
        data += more
    return data
