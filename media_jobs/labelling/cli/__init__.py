"""`hallmark`: labels without the platform. One module per command; Django is not needed.

Exit codes: 0 yes, 1 no, 2 nothing there, 3 unreadable, 10 usage; what "yes" means stands in each command's help.
Untrusted files are opened in child processes with limits.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from media_jobs.isolation.errors import PortableError
from media_jobs.labelling.cli.output import refused
from media_jobs.labelling.cli.status import USAGE

_INTERRUPTED, _NOBODY_LISTENS = 130, 141  # as a shell reports SIGINT and SIGPIPE
# Command and its module here.
_COMMANDS = {
    "label": "label",
    "read": "read",
    "check": "check",
    "diff": "diff",
    "propagate": "propagate",
    "inspect-code": "inspect_code",
}


class _Parser(argparse.ArgumentParser):
    """argparse with the exit code that this program promises for wrong usage."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese is no reason to break down
    parser = _Parser(
        prog="hallmark",
        description="Label synthetic media by GB 45438-2025, and read, check and compare such labels.",
        epilog="Exit codes: 0 yes (labelled, conformant, nothing lost), 1 no, 2 nothing there, 3 unreadable, 10 usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser, metavar="COMMAND")
    for name, module in _COMMANDS.items():
        command = import_module(f"{__name__}.{module}")
        subparser = commands.add_parser(name, help=command.HELP, description=command.HELP, epilog=command.EXIT_CODES)
        command.add_arguments(subparser)
        subparser.add_argument("--json", action="store_true", help="answer in JSON (docs/cli.md)")
        subparser.set_defaults(run=command.run)
    try:
        asked = parser.parse_args(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        code = int(asked.run(asked))
        sys.stdout.flush()
        return code
    except PortableError as error:
        return refused(error, as_json=asked.json)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_LISTENS
