"""`make demo`: start the platform, tell the story through HTTP, stop it, say where everything lies."""

import argparse
import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from demo.browser import BrowserError
from demo.console import Narrator, StoryError, shown
from demo.server import ROOT, running
from demo.story import Story

DEFAULT_PORT = "8000"
# An answer that is not what the story expects shows as one of the last three, where a step takes it apart.
FAILURES = (
    *(StoryError, BrowserError, OSError, subprocess.SubprocessError, http.client.HTTPException),
    *(LookupError, ValueError, StopIteration),
)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Return 0 when every step ended as it should."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or DEFAULT_PORT)
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "demo")
    options = parser.parse_args()
    var: Path = options.var.resolve()
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _stop)
    narrator = Narrator()
    started = time.monotonic()
    log = var / "logs" / "serve.log"
    try:
        with contextlib.ExitStack() as stack:
            with narrator.step("The platform starts: web server, worker, sequencer, sweeper") as facts:
                server = stack.enter_context(running(var, options.port))
                facts += [server.url, f"logs in {shown(var / 'logs')}"]
            if not server.url.endswith(f":{options.port}"):
                narrator.progress(f"port {options.port} was taken, so it is {server.url}")
            story = Story(server, narrator)
            story.tell()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except FAILURES as error:
        plain = isinstance(error, StoryError | BrowserError | OSError)
        print(f"\nFAILED at step {narrator.number}: {narrator.current}", file=sys.stderr)
        print(f"  reason: {error if plain else repr(error)}", file=sys.stderr)
        print(f"  log:    {shown(log)}, web.log, worker.log, sequencer.log, sweeper.log", file=sys.stderr)
        return 1
    seconds = time.monotonic() - started
    install = float(os.environ.get("HALLMARK_INSTALL_SECONDS") or 0)
    print(f"\nAll {narrator.number} steps passed. What they left lies in {shown(story.folder)}:")
    for path in sorted(story.folder.iterdir()):
        print(f"  {path.name:<34} {path.stat().st_size:>9,} bytes")
    print(f"\ninstall {install:.1f} s{'' if install else ' (already there)'}, story {seconds:.1f} s")
    print("Open the same data in the browser:\n\n  make serve DEMO=1\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
