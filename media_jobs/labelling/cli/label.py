"""`hallmark label IN -o OUT --producer CODE --id ID`: a labelled copy, read back before it gets its name."""

import argparse
import base64
import tempfile
from pathlib import Path
from typing import Any

from media_jobs.isolation.limits import MIB, Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import digital_source, provider_code
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.cli import output, signing
from media_jobs.labelling.cli.inputs import check_target, release
from media_jobs.labelling.cli.status import NO, OK, USAGE
from media_jobs.labelling.containers import CONTAINERS, Medium, check_name
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Content
from media_jobs.labelling.wish import DEFAULT_TEXT, Sound, Theme, Where, Wish

HELP = "write the visible, audible or written label and the AIGC metadata into a copy of a file"
EXIT_CODES = (
    "Exit codes: 0 labelled and conformant, 1 not conformant (nothing was written) or another producer's label is "
    "there, 3 unreadable, 10 usage."
)

_ROOM = "media_jobs.labelling.isolated"
_HOURS = 6 * 3600  # whoever stands before a terminal can stop it himself
_BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This command's arguments. The explicit label cannot be left out here: Labelling Measures Art. 9 asks for a
    recorded request, and only the platform records one."""
    parser.add_argument("input", metavar="IN", help="image, video, sound or text; docs/cli.md lists the kinds")
    parser.add_argument(
        "-o", "--output", metavar="OUT", required=True, help="the labelled copy; never the input itself"
    )
    parser.add_argument(
        "--producer", metavar="CODE", required=True, help="27-character provider code (TC260-PG-20252A)"
    )
    parser.add_argument("--id", metavar="ID", required=True, help="content number: letters, digits, . _ : - (up to 64)")
    parser.add_argument("--text", help=f"label text with both elements (default: {DEFAULT_TEXT})")
    parser.add_argument(
        "--theme",
        choices=[str(theme) for theme in Theme],
        default=str(Theme.CN),
        help="cn: Chinese words; cn_eu: AI GENERATED or AI MODIFIED beside them (EU AI Act Art. 50)",
    )
    parser.add_argument("--modified", action="store_true", help="made out of real material (cn_eu: AI MODIFIED)")
    parser.add_argument(
        "--panorama",
        action="store_true",
        help="equirectangular: the label goes into the start view (GB 45438-2025 5.5)",
    )
    parser.add_argument("--seconds", type=_seconds, help="video: how long the label stays (default: to the end)")
    parser.add_argument(
        "--sound",
        choices=[str(sound) for sound in Sound],
        default=str(Sound.VOICE),
        help="form of the audible label: spoken words, or the rhythm short-long-short-short",
    )
    parser.add_argument("--where", choices=[str(place) for place in Where], default=str(Where.START),
                        help="place of the audible label")  # fmt: skip
    parser.add_argument("--language", choices=["zh", "en"], default="zh", help="of the spoken label")
    parser.add_argument("--sound-in-video", action="store_true", help="label the sound of a video as well")
    parser.add_argument(
        "--source-type",
        metavar="TYPE",
        default=digital_source.TRAINED_ALGORITHMIC_MEDIA,
        help="IPTC digital source type, as address or short name (default: trainedAlgorithmicMedia)",
    )
    parser.add_argument("--engine", metavar="NAME", default="unknown", help="system that made it, for the manifest")
    parser.add_argument("--engine-version", metavar="VERSION", default="unknown", help="of that system")
    signing.add_arguments(parser)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < _HOURS * 4:
        raise argparse.ArgumentTypeError("a number of seconds above 0")
    return value


def wish(asked: argparse.Namespace) -> Wish:
    """The wish that the options spell out."""
    return Wish(
        text=asked.text or DEFAULT_TEXT,
        theme=Theme(asked.theme),
        modified=asked.modified,
        panorama=asked.panorama,
        seconds=asked.seconds,
        sound=Sound(asked.sound),
        where=Where(asked.where),
        language=asked.language,
        sound_in_video=asked.sound_in_video,
    )


def run(asked: argparse.Namespace) -> int:
    """Label into a temporary folder beside OUT, read it back, and only then give it its name.

    Raises:
        PortableError: the file is refused.
    """
    source, target = Path(asked.input).resolve(), Path(asked.output).resolve()
    try:
        provider_code.validate(asked.producer)
        label = AigcLabel.first(producer=asked.producer, produce_id=asked.id)
        source_type = digital_source.checked(
            asked.source_type if "/" in asked.source_type else _BASE + asked.source_type
        )
        keys = signing.Keys(asked)
        check_target(source, target)
    except MediaError as error:
        return output.refused(error, as_json=asked.json, exit_code=USAGE)
    with tempfile.TemporaryDirectory(prefix=".hallmark.", dir=target.parent) as folder:
        drawn, made = Path(folder) / f"drawn{target.suffix}", Path(folder) / f"labelled{target.suffix}"
        limits = _limits(source)
        found = run_isolated(f"{_ROOM}:probe", {"path": str(source), "name": source.name}, limits=limits)
        try:
            check_name(target.name, CONTAINERS[str(found["format"])])  # the copy stays what the original is
        except MediaError as error:
            return output.refused(error, as_json=asked.json, exit_code=USAGE)
        report: dict[str, Any] = run_isolated(
            f"{_ROOM}:draw",
            {
                "source": str(source),
                "target": str(drawn),
                "producer": asked.producer,
                "wish": wish(asked).as_json(),
                "name": source.name,
            },
            limits=limits,
            on_progress=output.progress("labelling"),
        )
        output.progress_done()
        if keys.signer is not None:
            label = keys.signed(label, Content(**report["content"]))
        report |= run_isolated(
            f"{_ROOM}:mark",
            {
                "source": str(drawn),
                "target": str(made),
                "label": label.values(),
                "digital_source_type": source_type,
                "name": source.name,
            },
            limits=limits,
        )
        if keys.identity is not None:
            report |= _with_manifest(keys, asked, label, source_type, report, made=made, original=source, limits=limits)
        checked = run_isolated(
            f"{_ROOM}:readback",
            {"path": str(made), "expected": label.values(), "report": report, "original": str(source)},
            limits=limits,
        )
        beside = release(made, target) if checked["conformant"] else []
    _print(asked, target, beside, report, checked)
    return OK if checked["conformant"] else NO


def _limits(source: Path) -> Limits:
    """Films take their time, and a re-encoded file may be larger than the original."""
    size = source.stat().st_size if source.is_file() else 0
    return Limits(cpu_seconds=_HOURS, wall_seconds=float(_HOURS), file_bytes=max(512 * MIB, 4 * size))


def _with_manifest(
    keys: signing.Keys,
    asked: argparse.Namespace,
    label: AigcLabel,
    source_type: str,
    report: dict[str, Any],
    *,
    made: Path,
    original: Path,
    limits: Limits,
) -> dict[str, Any]:
    """Replace `made` by itself with a manifest; what the report gains."""
    with_manifest = made.with_name(f"manifest{made.suffix}")
    told = keys.manifest(
        made,
        with_manifest,
        container=CONTAINERS[report["container"]],
        said={
            "source_type": source_type,
            "provider": label.content_producer,
            "produce_id": label.produce_id,
            "engine": asked.engine,
            "engine_version": asked.engine_version,
            "altered": asked.modified,
            "label_text": str(report["text"]),
            "label_is_heard": report["medium"] == Medium.AUDIO,
            "content_method": report["content"]["method"],
            "content_sha256": report["content"]["sha256"],
        },
        parent=original if asked.modified else None,
        limits=limits,
    )
    with_manifest.replace(made)
    if told["sidecar"]:
        made.with_name(f"{made.name}.c2pa").write_bytes(base64.b64decode(told["sidecar"]))
    return {"sha256": told["sha256"], "size": told["size"], "c2pa": told}


def _print(
    asked: argparse.Namespace, target: Path, beside: list[Path], report: dict[str, Any], checked: dict[str, Any]
) -> None:
    rows = checked["findings"]
    if asked.json:
        output.json_answer(
            {
                "conformant": checked["conformant"],
                "output": str(target) if checked["conformant"] else None,
                "sidecars": [str(path) for path in beside],
                "report": report,
                "findings": rows,
                "measured": checked["measured"],
            }
        )
        return
    if checked["conformant"]:
        output.line(f"{output.printable(target)}: labelled and conformant")
        output.line(f"  {_KIND[report['medium']]:<10}{report['text']}{_size(report)}")
        output.line(f"  metadata  {report['location']}: {asked.producer} {asked.id}")
        if asked.key:
            output.line("  signature in ReservedCode1 and ReservedCode2")
        if "c2pa" in report:
            output.line(
                f"  C2PA      {report['c2pa']['state']}, issued by {output.printable(report['c2pa']['issuer'])}"
            )
        for path in beside:
            output.line(f"  beside it {output.printable(path)}")
        output.line(f"  sha256    {report['sha256']}")
    else:
        output.line("Not conformant; nothing was written:")
    output.findings(rows)


_KIND = {Medium.IMAGE: "visible", Medium.VIDEO: "visible", Medium.AUDIO: "audible", Medium.TEXT: "written"}


def _size(report: dict[str, Any]) -> str:
    if "ink_height" not in report or "contrast" not in report:
        return ""
    return (
        f", capitals {report['ink_height']} px high ({report.get('required_height', '?')} required), "
        f"contrast {report['contrast']}:1"
    )
