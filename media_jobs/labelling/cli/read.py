"""`hallmark read FILE`: every label that a file carries, and four separate answers about them."""

import argparse
from pathlib import Path
from typing import Any

from media_jobs.labelling import aigc, reading
from media_jobs.labelling.cli import output
from media_jobs.labelling.cli.inputs import text_file
from media_jobs.labelling.cli.status import NO, NOTHING, OK, UNREADABLE

HELP = "show every label in a file: present? conformant? signature intact? signer known?"
EXIT_CODES = "Exit codes: 0 one conformant label, 1 a label that breaks a rule, 2 no label, 3 unreadable, 10 usage."

_SAYS = {
    "is": "claims that it is synthetic (属于)",
    "may_be": "claims that it may be synthetic (可能为)",
    "suspected": "claims that it is suspected to be synthetic (疑似)",
    "unclear": "carries a label that says nothing readable",
}
_SIGNATURES = {
    "unsigned": "none",
    "intact": "intact, on this content",
    "label_only": "intact over the label; not tied to this content",
    "broken": "BROKEN: label or content were changed after signing",
    "unverifiable": "there is one of a scheme that cannot be verified here",
    "not_checked": "not checked",
}
_SIGNERS = {
    "nobody": "nobody signed",
    "known": "known",
    "unknown": "unknown; --keys names whom to believe",
    "other_provider": "a known key, but of another provider than the label names",
    "revoked": "a known key that was revoked",
    "outside_validity": "a known key outside its time",
    "not_checked": "not checked",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This command's arguments."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--keys", metavar="KEYS", help="aigc-keys.json of the providers to believe (/.well-known/aigc-keys.json)"
    )


def run(asked: argparse.Namespace) -> int:
    """Read, print, and choose the exit code.

    Raises:
        PortableError: the file cannot be read.
    """
    path = Path(asked.file)
    answer = reading.read(path, name=path.name, keys=text_file(asked.keys))
    if asked.json:
        output.json_answer(answer.as_json())
    else:
        _print(asked.file, answer)
    return exit_code(answer)


def exit_code(answer: reading.Answer) -> int:
    """The exit code that the answer about the label's metadata deserves."""
    if answer.damaged and not answer.present:
        return UNREADABLE
    if not answer.present:
        return NOTHING
    return OK if answer.conformant else NO


def _print(name: str, answer: reading.Answer) -> None:
    output.line(f"{name}: {_SAYS.get(answer.says, 'no AIGC label found')}")
    for label in answer.labels:
        _print_label(label)
    if answer.more_labels:
        output.line(f"  ... and {answer.more_labels} more labels")
    if answer.present:
        errors = sum(row["severity"] == "error" for row in answer.findings)
        rows = [
            ("conformant", "yes" if answer.conformant else f"no: {errors} broken rule{'s' * (errors != 1)}"),
            ("signature", _SIGNATURES[answer.signature.state] + _reason(answer.signature.reason)),
            ("signer", _SIGNERS[answer.signer.state] + _reason(answer.signer.key_id)),
        ]
        output.table(rows)
    for uri in answer.source_types:
        output.line(f"  IPTC        {output.printable(uri)}")
    if answer.c2pa["present"]:
        state = _manifest(answer.c2pa)
        output.line(f"  C2PA        {output.printable(state)}")
    output.findings(row for row in answer.findings if row["code"] != "label.missing")
    if answer.present:
        output.line("  A label is a claim; only a known signer's intact signature shows who made it.")


def _manifest(c2pa: dict[str, Any]) -> str:
    if not c2pa["checked"]:
        return "present, not checked"
    who = c2pa["common_name"] or c2pa["issuer"]
    return f"{c2pa['state']}{f', signed by {who}' if who else ''}{''.join(f'; {one}' for one in c2pa['errors'][:4])}"


def _reason(text: str) -> str:
    return f" ({output.printable(text)})" if text else ""


def _print_label(label: dict[str, Any]) -> None:
    form = f" ({output.printable(label['form'])})" if label["form"] else ""
    output.line(f"  place       {output.printable(label['location'])}{form}")
    if not label["values"]:
        output.line(f"  text        {output.printable(label['text'])}")
    for key in aigc.KEYS:
        value = str(label["values"].get(key, ""))
        if value:
            output.line(f"    {key:<18}{output.value_shown(key, value)}")
    for role in ("producer", "propagator"):
        code = label[role]
        if isinstance(code, dict):
            kind = "development code" if code["development"] else "valid provider code"
            output.line(f"    {role:<18}{kind}, {code['number'] or 'an individual'}")
