"""`hallmark propagate IN -o OUT --propagator CODE --id ID`: what a platform that spreads content owes to a file."""

import argparse
import base64
import tempfile
from pathlib import Path

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.cli import output, signing
from media_jobs.labelling.cli.inputs import check_target, release
from media_jobs.labelling.cli.status import NO, NOTHING, OK, USAGE
from media_jobs.labelling.containers import recognise
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.handover import HandedOver, hand_over
from media_jobs.labelling.marks import Content

HELP = "append the propagator's fields and keep exactly one label (Labelling Measures Art. 6)"
EXIT_CODES = (
    "Exit codes: 0 rewritten, 1 held (labels that disagree or cannot be read), 2 nothing to do (no label, not "
    "declared, not detected), 3 unreadable, 10 usage."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This command's arguments."""
    parser.add_argument("input", metavar="IN")
    parser.add_argument(
        "-o", "--output", metavar="OUT", required=True, help="the rewritten copy; never the input itself"
    )
    parser.add_argument("--propagator", metavar="CODE", required=True, help="our 27-character provider code")
    parser.add_argument("--id", metavar="ID", required=True, help="our number of this content")
    parser.add_argument("--declared", action="store_true", help="the user said that the content is generated")
    parser.add_argument("--detected", action="store_true", help="an explicit label or other traces were found")
    signing.add_arguments(parser)


def run(asked: argparse.Namespace) -> int:
    """Hand the file over.

    Raises:
        PortableError: the file is held, or cannot be read.
    """
    source, target = Path(asked.input).resolve(), Path(asked.output).resolve()
    try:
        AigcLabel.first(producer=asked.propagator, produce_id=asked.id)
        keys = signing.Keys(asked)
        check_target(source, target)
    except MediaError as error:
        return output.refused(error, as_json=asked.json, exit_code=USAGE)

    def sign(label: AigcLabel, content: Content) -> AigcLabel:
        return keys.signed(label, content, propagator_only=True)

    def resign(marked: Path, target: Path, former: Path, source_type: str) -> None:
        said = {
            "source_type": source_type,
            "provider": asked.propagator,
            "produce_id": asked.id,
            "engine": "",
            "engine_version": "",
            "handed_over": True,
        }
        container = recognise(marked, name=source.name)
        told = keys.manifest(marked, target, container=container, said=said, parent=former)
        if told["sidecar"]:
            target.with_name(f"{target.name}.c2pa").write_bytes(base64.b64decode(told["sidecar"]))

    with tempfile.TemporaryDirectory(prefix=".hallmark.", dir=target.parent) as folder:
        made = Path(folder) / f"made{target.suffix}"
        try:
            done = hand_over(
                source,
                made,
                code=asked.propagator,
                propagate_id=asked.id,
                declared=asked.declared,
                detected=asked.detected,
                name=source.name,
                signing=sign if keys.signer is not None else None,
                resign=resign if keys.identity is not None else None,
            )
        except MediaError as error:
            # a label's own fault holds the file; it is no wrong usage
            held = error.code.startswith("label.") and error.code != "label.bad_id"
            return output.refused(error, as_json=asked.json, exit_code=NO if held else None)
        beside = release(made, target) if done.written else []
    if asked.json:
        told = done.as_json() | {"output": str(target) if done.written else None}
        output.json_answer(told | {"sidecars": [str(path) for path in beside]})
    else:
        _print(source, target, done)
    return OK if done.written else NOTHING


def _print(source: Path, target: Path, done: HandedOver) -> None:
    if not done.written or done.after is None:
        output.line(f"{source}: no label, not declared, not detected: nothing is to be written")
        return
    decision = done.decision
    shown = output.printable(target)
    output.line(f"{shown}: {decision.result}; say next to it: {decision.chinese} ({decision.sentence})")
    output.line(f"  {decision.clause}")
    for key, value in done.after.items():
        if value:
            output.line(f"    {key:<18}{output.value_shown(key, value)}")
    if done.repaired:
        output.line(f"  repaired: {', '.join(done.repaired)}")
    if done.c2pa == "invalidated":
        output.line("  The C2PA manifest no longer fits the file; sign it anew with the former one as its parent.")
