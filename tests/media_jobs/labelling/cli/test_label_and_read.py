"""`hallmark` as people and scripts run it: real processes, real exit codes, no Django."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from media_jobs.labelling import cli
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from tests.media_jobs.labelling.pictures import OTHER, encoded, foreign, sample, saved
from tests.outside import require

ROOT = Path(__file__).resolve().parents[4]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(list(arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_label_then_read_without_django(tmp_path: Path) -> None:
    source = saved(tmp_path, sample(), "jpeg")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-c", ("import sys; from media_jobs.labelling.cli import main; code = main();"
               " assert not any(m.startswith('django') for m in sys.modules); sys.exit(code)")]  # fmt: skip

    labelled = subprocess.run(
        [*program, "label", source.name, "-o", "out.jpg", "--producer", DEVELOPMENT_CODE, "--id", "a.b_c:d-1",
         "--json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    read = subprocess.run(
        [*program, "read", "out.jpg", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (labelled.returncode, labelled.stderr) == (0, "")
    answer = json.loads(labelled.stdout)
    assert answer["conformant"] is True
    assert answer["report"]["text"] == "AI生成"
    assert (read.returncode, read.stderr) == (0, "")
    assert json.loads(read.stdout)["labels"][0]["values"]["ProduceID"] == "a.b_c:d-1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jpg", "out.jpg"]


@pytest.mark.slow
def test_words_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = saved(tmp_path, sample(), "webp"), tmp_path / "out.webp"

    code, out, err = run(capsys, "label", str(source), "-o", str(target), "--producer", DEVELOPMENT_CODE, "--id", "x")
    assert (code, err) == (0, "")
    assert "labelled and conformant" in out
    assert "20 required" in out

    code, out, err = run(capsys, "read", str(target))
    assert (code, err) == (0, "")
    assert "claims that it is synthetic" in out
    assert "development code" in out
    assert "only a known signer's intact signature shows who made it" in out


@pytest.mark.slow
def test_no_label_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "read", str(saved(tmp_path, sample(), "png")))

    assert code == 2
    assert "no AIGC label found" in out


@pytest.mark.slow
def test_a_label_that_is_not_conformant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.png"
    path.write_bytes(foreign(encoded(sample(), "png"), "png", body='{"Label":1,"ContentProducer":"me"}'))

    code, out, _ = run(capsys, "read", str(path), "--json")

    assert code == 1
    findings = {row["code"]: row["params"] for row in json.loads(out)["findings"]}
    assert findings["label.not_a_string"] == {"key": "Label"}
    assert "label.key_missing" in findings


@pytest.mark.slow
def test_control_characters_of_strangers_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.png"
    path.write_bytes(foreign(encoded(sample(), "png"), "png", body='{"Label":"1","ContentProducer":"\\u001b[2J"}'))

    _, out, _ = run(capsys, "read", str(path))

    assert "\x1b" not in out


@pytest.mark.slow
@pytest.mark.parametrize(("content", "code"), [(b"", "media.empty"), (b"\0\1words", "media.not_recognised")])
def test_unreadable(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str) -> None:
    path = tmp_path / "in"
    path.write_bytes(content)

    for arguments in (["read", str(path)], label_arguments(path, tmp_path / "out")):
        exit_code, _, err = run(capsys, *arguments)
        assert exit_code == 3
        assert code in err
    assert not (tmp_path / "out").exists()


def label_arguments(source: Path, target: Path, producer: str = DEVELOPMENT_CODE, number: str = "x") -> list[str]:
    return ["label", str(source), "-o", str(target), "--producer", producer, "--id", number]


@pytest.mark.slow
def test_somebody_elses_label(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.png"
    path.write_bytes(foreign(encoded(sample(), "png"), "png", OTHER))

    code, _, err = run(capsys, *label_arguments(path, tmp_path / "out.png"))

    assert code == 1
    assert "media.foreign_label" in err
    assert list(tmp_path.iterdir()) == [path]


def test_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = saved(tmp_path, sample(), "png")
    before = source.read_bytes()

    for arguments, word in (
        ([], "usage"),
        (["label"], "usage"),
        (["frobnicate"], "usage"),
        (label_arguments(source, tmp_path / "o", producer="doubao"), "provider.bad_form"),
        (label_arguments(source, tmp_path / "o", producer="001191110102MACQD9K64110000"), "provider.bad_check_digit"),
        (label_arguments(source, tmp_path / "o", number="a b"), "label.bad_id"),
        (label_arguments(source, source), "media.output_is_input"),
        (label_arguments(source, tmp_path), "media.cannot_write"),
        (label_arguments(source, tmp_path / "missing" / "o"), "media.cannot_write"),
        ([*label_arguments(source, tmp_path / "o"), "--text", "AI"], "label.text_without_elements"),
        ([*label_arguments(source, tmp_path / "o"), "--source-type", "x"], "label.bad_source_type"),
        (label_arguments(source, tmp_path / "o.jpg"), "media.mismatched_type"),
    ):
        code, _, err = run(capsys, *arguments)
        assert (code, word in err) == (10, True), (arguments, err)

    assert source.read_bytes() == before
    assert list(tmp_path.iterdir()) == [source]


def test_a_terminal_without_chinese_breaks_nothing_down(tmp_path: Path) -> None:
    source, target = saved(tmp_path, sample(), "png"), tmp_path / "out.png"
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}

    for arguments, word in ((label_arguments(source, target), "AI\\u751f\\u6210"), (["read", str(target)], "\\u5c5e")):
        done = subprocess.run(
            [sys.executable, "-m", "media_jobs.labelling.cli", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert word in done.stdout


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")

    assert code == 0
    assert "10 usage" in out


@pytest.mark.slow
@pytest.mark.parametrize("container", ["jpeg", "png", "webp"])
def test_exiftool_reads_what_we_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str], container: str) -> None:
    exiftool = require("exiftool")
    source = saved(tmp_path, sample().resize((300, 200)), container)
    target = tmp_path / f"out.{container}"
    assert run(capsys, *label_arguments(source, target, number="exif-1"))[0] == 0

    def ask(*arguments: str) -> str:
        return subprocess.run([exiftool, *arguments, str(target)], capture_output=True, text=True, check=True).stdout

    assert json.loads(ask("-s3", "-XMP-TC260:AIGC"))["ProduceID"] == "exif-1"
    assert ask("-s3", "-XMP-iptcExt:DigitalSourceType", "-n").strip().endswith("/trainedAlgorithmicMedia")
    assert ask("-validate", "-s3").strip() == "OK"


@pytest.mark.slow
def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        code, _, err = run(capsys, "read", str(path))
        assert (code, "media.unreadable" in err) == (3, True)


@pytest.mark.slow
def test_nobody_listens_any_more(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m media_jobs.labelling.cli inspect-code {DEVELOPMENT_CODE} | true; " * 3

    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert (done.stderr, list(tmp_path.iterdir())) == ("", [])


def test_help_is_quick_to_load() -> None:
    """No codec, no cryptography, no numpy for a line of help."""
    program = "import sys; from media_jobs.labelling.cli import main; main(['--help']); print(*sorted(sys.modules))"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}

    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert not {"numpy", "cv2", "PIL", "av", "cryptography", "c2pa", "pikepdf", "django"} & set(
        done.stdout.splitlines()[-1].split()
    )


def test_a_pipe_is_never_replaced_by_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = saved(tmp_path, sample(), "png"), tmp_path / "out.png"
    os.mkfifo(target)

    code, _, err = run(capsys, "label", str(source), "-o", str(target), "--producer", DEVELOPMENT_CODE, "--id", "a")

    assert code == 10
    assert "media.cannot_write" in err
    assert target.is_fifo()


def test_a_name_with_control_characters_is_not_printed_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = saved(tmp_path, sample(), "png"), tmp_path / "\x1b[31m.png"

    code, out, _ = run(capsys, "label", str(source), "-o", str(target), "--producer", DEVELOPMENT_CODE, "--id", "a")

    assert code == 0
    assert "\x1b" not in out
