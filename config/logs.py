"""What the process's own log must not hold: the secret part of a link that somebody was sent."""

import logging
import re

_LINK = re.compile(r"/(c|i)/[A-Za-z0-9_-]{20,}")


class WithoutLinks(logging.Filter):
    """Shorten the tokens of consent links and invitations: Django logs the address of everything it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, its links without their tokens."""
        message = record.getMessage()
        if (kept := _LINK.sub(r"/\1/...", message)) != message:
            record.msg, record.args = kept, ()
        return True
