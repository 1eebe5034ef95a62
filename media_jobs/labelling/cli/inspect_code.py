"""`hallmark inspect-code CODE`: what each part of a provider code says, and whether its check digit is right."""

import argparse

from media_jobs.labelling import provider_code
from media_jobs.labelling.cli import output
from media_jobs.labelling.cli.status import NO, OK, USAGE

HELP = "explain a 27-character provider code (TC260-PG-20252A)"
EXIT_CODES = "Exit codes: 0 valid, 1 a wrong part (named), 10 not 27 letters and digits."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This command's arguments."""
    parser.add_argument("code", metavar="CODE")


def run(asked: argparse.Namespace) -> int:
    """Explain, and answer 0 for a code that a label may carry."""
    told = provider_code.explain(asked.code.strip())
    if asked.json:
        output.json_answer(told)
    else:
        _print(told)
    if not told["parts"]:
        return USAGE
    return OK if told["valid"] else NO


def _print(told: dict[str, object]) -> None:
    parts = told["parts"] if isinstance(told["parts"], list) else []
    output.line(f"{output.printable(told['code'])}: {'valid' if told['valid'] else 'not valid'}")
    output.table(
        (
            str(part["positions"]),
            output.printable(part["text"]),
            str(part["name"]),
            ("" if part["right"] else "WRONG: ") + str(part["meaning"]),
        )
        for part in parts
    )
    if not parts:
        output.line(f"  {told['problem']}")
    if told["development"]:
        output.line("  This is the development code: it belongs to nobody and must not be released.")
