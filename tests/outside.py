"""Programs that we did not write and that check what we wrote: found, or named with the line that installs them."""

import os
import shutil

import pytest

_INSTALL = {
    "exiftool": "apt-get install libimage-exiftool-perl",
    "ffprobe": "apt-get install ffmpeg",
    "mediainfo": "apt-get install mediainfo",
    "chromium": "apt-get install chromium",
    "openssl": "apt-get install openssl",
}


def require(program: str) -> str:
    """The program's path; skips the test with the install line when it is missing, fails it under CI=true."""
    path = shutil.which(program)
    if path is None:
        reason = f"{program} not installed: {_INSTALL[program]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
