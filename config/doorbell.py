"""Celery's filesystem transport, with messages that appear whole.

kombu writes a message into the file that readers already see, and reads without a lock: with a short polling interval
a worker meets a message of no bytes, cannot decode it, and ends ("Unrecoverable error"). Here a message is written
under a name that no reader looks for, then renamed. (The job row is the queue, so nothing would be lost; bells should
ring all the same.)
"""

import json
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem

# Another process may be writing the table of queues for the first time: it takes it microseconds.
TABLE_TRIES = 20
TABLE_WAIT_SECONDS = 0.01


class Channel(filesystem.Channel):
    """A folder of messages."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override] # kombu's own name
        # The same name as kombu's, so that its reader sorts and finds it.
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = folder / f".{name}.draft"
        try:
            draft.write_text(json.dumps(payload), encoding="utf-8")
            draft.replace(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add file {name!r} to {folder}") from error

    def get_table(self, exchange: str) -> Any:
        """Return the queues of an exchange, also while another process writes them for the first time."""
        for _ in range(TABLE_TRIES):
            try:
                return super().get_table(exchange)
            except ValueError:
                time.sleep(TABLE_WAIT_SECONDS)
        return super().get_table(exchange)


class Transport(filesystem.Transport):
    """`filesystem://` as this platform uses it."""

    Channel = Channel


def install() -> None:
    """Let `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
