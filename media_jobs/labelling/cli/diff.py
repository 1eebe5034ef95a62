"""`hallmark diff BEFORE AFTER`: which marks a pipeline lost."""

import argparse
from pathlib import Path

from media_jobs.labelling.cli import output
from media_jobs.labelling.cli.inputs import text_file
from media_jobs.labelling.cli.status import NO, NOTHING, OK

HELP = "show which marks are lost or changed between two versions of a file, also across formats"
EXIT_CODES = "Exit codes: 0 nothing lost, 1 something lost, 2 BEFORE carries no mark, 3 unreadable, 10 usage."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This command's arguments."""
    parser.add_argument("before", metavar="BEFORE")
    parser.add_argument("after", metavar="AFTER")
    parser.add_argument("--keys", metavar="KEYS", help="aigc-keys.json of the providers to believe")


def run(asked: argparse.Namespace) -> int:
    """Compare, print, and choose the exit code.

    Raises:
        PortableError: one of the files cannot be read.
    """
    from media_jobs.labelling.comparing import compare

    told = compare(Path(asked.before), Path(asked.after), keys=text_file(asked.keys))
    if asked.json:
        output.json_answer(told.as_json())
    else:
        lost = told.lost
        output.line(f"{asked.after}: {'lost ' + ', '.join(lost) if lost else 'nothing lost'}")
        rows = [("mark", "outcome", "before", "after")]
        rows += [
            (row.mark, row.outcome, output.printable(row.before)[:60], output.printable(row.after)[:60])
            for row in told.rows
        ]
        output.table(rows)
    if told.lost:
        return NO
    return OK if told.had_marks else NOTHING
