"""`hallmark label IN -o OUT --producer CODE --id ID` and `hallmark read FILE`: the labels without the platform.

Exit codes: 0 labelled and conformant, 1 not conformant, 2 no label found, 3 unreadable, 10 usage.
Untrusted pictures are decoded in a child process with limits; Django is not needed.
"""

import argparse
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from media_jobs.isolation.errors import PortableError, fill
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import aigc, digital_source, provider_code
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.containers import CONTAINERS, check_name
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.wish import DEFAULT_TEXT, Wish

CONFORMANT, NOT_CONFORMANT, NO_LABEL, UNREADABLE, USAGE = 0, 1, 2, 3, 10
_ROOM = "media_jobs.labelling.isolated"
_MEANING = {"1": "is synthetic (属于)", "2": "may be synthetic (可能为)", "3": "is suspected to be synthetic (疑似)"}
# Refusals that are about what was asked for, not about the picture.
_ASKED_WRONGLY = {"media.output_is_input", "media.cannot_write"}


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
    parser = _parser()
    try:
        asked = parser.parse_args(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return _label(asked) if asked.command == "label" else _read(asked)
    except PortableError as error:
        return _refused(error, as_json=asked.json)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="hallmark",
        description="Label synthetic images by GB 45438-2025, and read such labels.",
        epilog="Exit codes: 0 labelled and conformant, 1 not conformant, 2 no label found, 3 unreadable, 10 usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    label = commands.add_parser("label", help="write the visible label and the AIGC metadata into a copy of an image")
    label.add_argument("input", metavar="IN", help="JPEG, PNG or WebP")
    label.add_argument("-o", "--output", metavar="OUT", required=True, help="the labelled copy; never the input itself")
    label.add_argument("--producer", metavar="CODE", required=True, help="27-character provider code (TC260-PG-20252A)")
    label.add_argument("--id", metavar="ID", required=True, help="content number: letters, digits, . _ : - (up to 64)")
    label.add_argument("--text", help="label text with both elements (default: AI生成)")
    label.add_argument(
        "--source-type",
        metavar="URI",
        default=digital_source.TRAINED_ALGORITHMIC_MEDIA,
        help="IPTC digital source type (default: trainedAlgorithmicMedia)",
    )
    label.add_argument("--json", action="store_true", help="answer in JSON")
    read = commands.add_parser("read", help="show every label that a file carries")
    read.add_argument("file", metavar="FILE")
    read.add_argument("--json", action="store_true", help="answer in JSON")
    return parser


def _label(asked: argparse.Namespace) -> int:
    """Label into a temporary file beside OUT, read it back, and only then give it its name."""
    source, target = Path(asked.input).resolve(), Path(asked.output).resolve()
    try:
        provider_code.validate(asked.producer)
        label = AigcLabel.first(producer=asked.producer, produce_id=asked.id)
        digital_source.checked(asked.source_type)
        if target == source or (target.exists() and source.exists() and target.samefile(source)):
            raise media_error("media.output_is_input")
        if target.is_dir() or not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
            raise media_error("media.cannot_write")
    except MediaError as error:
        return _refused(error, as_json=asked.json, exit_code=USAGE)
    with tempfile.TemporaryDirectory(prefix=".hallmark.", dir=target.parent) as folder:
        drawn, made = Path(folder) / "drawn", Path(folder) / "labelled"
        found = run_isolated(f"{_ROOM}:probe", {"path": str(source)})
        try:
            check_name(target.name, CONTAINERS[str(found["format"])])  # the copy stays what the picture is
        except MediaError as error:
            return _refused(error, as_json=asked.json, exit_code=USAGE)
        report = run_isolated(
            f"{_ROOM}:draw",
            {
                "source": str(source),
                "target": str(drawn),
                "producer": asked.producer,
                "wish": Wish(text=asked.text or DEFAULT_TEXT).as_json(),
            },
        )
        report |= run_isolated(
            f"{_ROOM}:mark",
            {
                "source": str(drawn),
                "target": str(made),
                "label": label.values(),
                "digital_source_type": asked.source_type,
                "name": source.name,
            },
        )
        checked = run_isolated(
            f"{_ROOM}:readback",
            {"path": str(made), "expected": label.values(), "report": report, "original": str(source)},
        )
        if checked["conformant"]:
            made.chmod(0o666 & ~_umask())
            made.replace(target)
    _print_labelled(asked, target, report, checked)
    return CONFORMANT if checked["conformant"] else NOT_CONFORMANT


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _print_labelled(
    asked: argparse.Namespace, target: Path, report: dict[str, object], checked: dict[str, object]
) -> None:
    findings = _rows(checked["findings"])
    if asked.json:
        _print_json(
            {
                "conformant": checked["conformant"],
                "output": str(target) if checked["conformant"] else None,
                "report": report,
                "findings": findings,
                "measured": checked["measured"],
            }
        )
        return
    if checked["conformant"]:
        print(f"{target}: labelled and conformant")
        print(
            f"  visible   {report['text']}, capitals {report['ink_height']} px high "
            f"({report['required_height']} required), "
            f"contrast {report['contrast']}:1"
        )
        print(f"  metadata  {report['location']}: {asked.producer} {asked.id}")
        print(f"  sha256    {report['sha256']}")
    else:
        print("Not conformant; nothing was written:")
    for finding in findings:
        print(f"  {finding['severity']}: {_sentence(finding)}")


def _read(asked: argparse.Namespace) -> int:
    found = run_isolated(f"{_ROOM}:read", {"path": str(Path(asked.file).resolve())})
    labels = _rows(found["labels"])
    problems = _problems(labels, found)
    if asked.json:
        _print_json({**found, "conformant": bool(labels) and not problems, "problems": problems})
    else:
        _print_read(asked.file, found, labels, problems)
    if found["damaged"] and not labels:
        return UNREADABLE
    if not labels:
        return NO_LABEL
    return NOT_CONFORMANT if problems else CONFORMANT


def _problems(labels: list[dict[str, object]], found: dict[str, object]) -> list[str]:
    """What is not as GB 45438-2025 asks: codes such as "several_labels", "ContentProducer:bad_value", "damaged"."""
    problems = ["several_labels"] if len(labels) > 1 else []
    if found["damaged"]:
        problems.append(f"damaged:{found['damaged']}")
    for label in labels:
        notes = label["notes"]
        # some vendors leave the propagator empty on first writing; the brief allows both readings
        harmless = {"ContentPropagator:bad_value", "PropagateID:bad_value"} if _empty_propagator(label) else set()
        problems += [str(note) for note in (notes if isinstance(notes, list) else []) if note not in harmless]
    return problems


def _empty_propagator(label: dict[str, object]) -> bool:
    values = label["values"]
    return isinstance(values, dict) and not values.get("ContentPropagator") and not values.get("PropagateID")


def _print_read(name: str, found: dict[str, object], labels: list[dict[str, object]], problems: list[str]) -> None:
    if not labels:
        print(f"{name}: no AIGC label found")
    for label in labels:
        values = label["values"] if isinstance(label["values"], dict) else {}
        print(f"{name}: claims that it {_MEANING.get(str(values.get('Label')), 'carries a label that cannot be read')}")
        print(f"  place     {label['location']}")
        for key in aigc.KEYS:
            if values.get(key):
                print(f"  {key:<18}{_printable(values[key])}")
        for role in ("producer", "propagator"):
            code = label[role]
            if isinstance(code, dict):
                kind = "development code" if code["development"] else "valid provider code"
                print(f"  {role:<18}{kind}, {code['number'] or 'an individual'}")
    for uri in found["digital_source_types"] if isinstance(found["digital_source_types"], list) else []:
        print(f"  IPTC      {_printable(uri)}")
    c2pa = found["c2pa"]
    if isinstance(c2pa, dict) and c2pa["present"]:
        print("  C2PA      present, not checked")
    if problems:
        print("  not conformant: " + ", ".join(_printable(problem) for problem in problems))
    if labels:
        print("  A label is a claim; nothing here proves who wrote it.")


def _printable(text: object) -> str:
    """Foreign text without control characters, which could move a terminal's cursor."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "�", str(text))[:300]


def _refused(error: PortableError, *, as_json: bool, exit_code: int | None = None) -> int:
    """Say why not, on stderr (or as JSON on stdout), and choose the exit code."""
    if exit_code is None:
        exit_code = UNREADABLE
        if error.code == "media.foreign_label":
            exit_code = NOT_CONFORMANT
        elif error.code in _ASKED_WRONGLY or error.code.startswith(("label.", "provider.")):
            exit_code = USAGE
    sentence = fill(error.message, error.params)
    if as_json:
        _print_json({"conformant": False, "error": {"code": error.code, "message": sentence, "way_out": error.way_out}})
    else:
        print(f"hallmark: {_printable(sentence)} [{error.code}]", file=sys.stderr)
        if error.way_out:
            print(f"  {error.way_out}", file=sys.stderr)
    return exit_code


def _sentence(finding: dict[str, object]) -> str:
    params = finding["params"]
    return fill(str(finding["message"]), params if isinstance(params, dict) else {})


def _rows(value: object) -> list[dict[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _print_json(value: dict[str, object]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


if __name__ == "__main__":
    sys.exit(main())
