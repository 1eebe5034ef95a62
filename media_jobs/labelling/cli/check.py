"""`hallmark check FILE`: the conformance report of a file without its original, for people and for CI."""

import argparse
from pathlib import Path
from typing import Any

from media_jobs.labelling.cli import output
from media_jobs.labelling.cli.inputs import text_file
from media_jobs.labelling.cli.status import NO, NOTHING, OK, UNREADABLE

HELP = "report whether a file conforms: its AIGC label and its visible, audible or written one"
EXIT_CODES = (
    "Exit codes: 0 conformant, 1 not conformant (each finding has its clause), 2 no label of either kind, "
    "3 unreadable, 10 usage."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This command's arguments."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--keys", metavar="KEYS", help="aigc-keys.json of the providers to believe")
    parser.add_argument("--ocr", action="store_true", help="read labels in any typeface (needs the ocr extra; slow)")
    parser.add_argument(
        "--waived",
        action="store_true",
        help="the explicit label was left out on a recorded request (Labelling Measures Art. 9): do not look for it",
    )


def run(asked: argparse.Namespace) -> int:
    """Check, print, and choose the exit code.

    Raises:
        PortableError: the file cannot be read.
    """
    from media_jobs.labelling.conformance import report

    path = Path(asked.file)
    told = report.check_file(
        path, name=path.name, keys=text_file(asked.keys), read_foreign=asked.ocr, waived=asked.waived
    )
    if asked.json:
        output.json_answer(told.as_json())
    else:
        _print(asked.file, told)
    if told.answer.damaged and not told.answer.present:
        return UNREADABLE
    if not told.answer.present and told.explicit != "found":
        return NOTHING
    return OK if told.conformant else NO


def _print(name: str, told: Any) -> None:
    output.line(f"{name}: {'conformant' if told.conformant else 'not conformant'}")
    metadata = "none"
    if told.answer.present:
        metadata = f"{told.measured['labels']} in {told.measured['location']}"
    rows = [
        ("AIGC label", output.printable(metadata)),
        ("signature", f"{told.answer.signature.state}, signer {told.answer.signer.state}"),
        ("explicit label", _seen(told)),
    ]
    output.table(rows)
    output.findings(told.findings)


def _seen(told: Any) -> str:
    seen = told.measured["explicit"]
    words = [told.explicit.replace("_", " ")]
    if "text" in seen:
        words.append(output.printable(seen["text"]))
    if "ink_height" in seen:
        words.append(f"ink {seen['ink_height']} px of {seen['required_height']} required")
    if "contrast" in seen:
        words.append(f"contrast {seen['contrast']}:1")
    if "seconds_on_screen" in seen:
        words.append(f"at least {seen['seconds_on_screen']} s from the first frame")
    words += [f"{one['form']} at {one['start']} s" for one in seen.get("audible", [])]
    return ", ".join(words)
