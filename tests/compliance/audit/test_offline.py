"""The offline verifier, as a real process: what it accepts, and that it names what fails."""

import base64
import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from compliance.audit import checkpoints, selectors, tlogproof
from compliance.audit.keys import log_verifier, signing_seed
from compliance.audit.models import Checkpoint
from compliance.audit.offline import hallmark_verify
from compliance.audit.sequencer import sequence_and_sign
from compliance.audit.services import record
from tests.compliance.audit.support import PERSON, PERSONAL, RELEASED, signed_log, verify, write_one

pytestmark = pytest.mark.django_db
FILE = b"the labelled file\n"
FILE_HASH = "a4ebbec50ff9a0b3b0b3e0ed0b8dd4f5b9b39d0a4e7ed9a5c8f1c1ff1b8a43f5"


@pytest.fixture
def bundle() -> dict:
    signed_log(40)
    event_id = write_one(event=RELEASED, subject="s-1", job="j-1", public={"sha256": hashlib.sha256(FILE).hexdigest()})
    signed_log(30)
    return selectors.proof_bundle(event_id, disclose=["subject"])


def test_a_proof_is_verified(bundle, tmp_path):
    (tmp_path / "work.jpg").write_bytes(FILE)
    done = verify(tmp_path, bundle, "--vkey", bundle["vkey"], "--file", "work.jpg")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("VERIFIED\n")
    assert "71 entries" in done.stdout
    assert "position      40" in done.stdout
    assert "disclosed     subject = s-1" in done.stdout
    assert "work.jpg is the file that the entry names" in done.stdout
    assert "key           the one you gave" in done.stdout


def test_without_a_key_it_says_where_the_key_came_from(bundle, tmp_path):
    done = verify(tmp_path, bundle)
    assert done.returncode == 0
    assert "compare it with the one the provider publishes" in done.stdout


def changed(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda b: {**b, "entry": b["entry"].replace("ok", "no")}, "the proof leads to another root"),
        (lambda b: {**b, "tlog_proof": b["tlog_proof"].replace("index 40", "index 41")}, "another root"),
        (lambda b: {**b, "tlog_proof": b["tlog_proof"].replace("index 40", "index 400")}, "not in a log of 71"),
        (lambda b: {**b, "tlog_proof": b["tlog_proof"].replace("\n71\n", "\n72\n")}, "the signature of"),
        (lambda b: {**b, "tlog_proof": changed(b["tlog_proof"], len(b["tlog_proof"]) - 20)}, "the signature of"),
        (lambda b: {**b, "tlog_proof": b["tlog_proof"].replace("@v1", "@v2")}, "not a c2sp.org/tlog-proof@v1"),
        (lambda b: {**b, "file_sha256": "0" * 64}, "file_sha256 of the proof"),
        (lambda b: {**b, "vkey": changed(b["vkey"], len(b["vkey"]) - 5)}, "the key's id"),
        (lambda b: {**b, "disclosures": [{**b["disclosures"][0], "value": "s-2"}]}, "the disclosed subject"),
        (lambda b: {**b, "disclosures": [{**b["disclosures"][0], "field": "job"}]}, "the disclosed job"),
        (lambda b: {**b, "disclosures": [{**b["disclosures"][0], "salt": "00"}]}, "a disclosure is"),
    ],
    ids=[
        "entry", "index", "index outside", "size", "signature", "version", "file", "key", "value", "field", "salt",
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(bundle, tmp_path, change, says):
    assert change(bundle) != bundle
    done = verify(tmp_path, change(bundle))

    assert done.returncode == 1
    assert done.stdout.startswith("FAILED")
    assert says in done.stdout


def test_a_missing_or_additional_hash_is_named(bundle, tmp_path):
    head, _, checkpoint = bundle["tlog_proof"].partition("\n\n")
    lines = head.split("\n")
    shorter = "\n".join(lines[:-1]) + "\n\n" + checkpoint
    longer = "\n".join([*lines, lines[-1]]) + "\n\n" + checkpoint
    wide = "\n".join([*lines[:-1], base64.b64encode(b"x" * 33).decode()]) + "\n\n" + checkpoint

    for text, says in ((shorter, "too short"), (longer, "too long"), (wide, "33 bytes instead of 32")):
        done = verify(tmp_path, {**bundle, "tlog_proof": text})
        assert (done.returncode, says in done.stdout) == (1, True), done.stdout


def test_another_file_or_another_trusted_key_fails(bundle, tmp_path):
    (tmp_path / "other.jpg").write_bytes(FILE + b"x")

    assert "the entry names" in (other := verify(tmp_path, bundle, "--file", "other.jpg")).stdout
    assert other.returncode == 1
    other = verify(tmp_path, bundle, "--vkey", "example.com/log+00000000+AAAA")
    assert (other.returncode, "you trust" in other.stdout) == (1, True)


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", "{}", '{"entry": 1, "tlog_proof": "", "vkey": ""}', '{"a": 1, "a": 2}']
)
def test_unreadable_input(text, tmp_path):
    done = verify(tmp_path, text)
    assert (done.returncode, done.stdout[:10]) == (3, "UNREADABLE")


def test_usage(tmp_path):
    assert verify(tmp_path, "{}", "--nonsense").returncode == 10
    done = verify(tmp_path, "{}", "--help")
    assert (done.returncode, "Exit codes" in done.stdout) == (0, True)


@pytest.fixture
def lines() -> list[str]:
    signed_log(5)
    signed_log(300)
    return list(selectors.range_bundle(3, 290, old_size=5))


@pytest.mark.parametrize("span", [(0, 305), (0, 1), (304, 1), (100, 57), (255, 2)], ids=str)
def test_a_range_is_complete(span, tmp_path):
    signed_log(305)
    done = verify(tmp_path, "\n".join(selectors.range_bundle(*span)) + "\n")

    assert done.returncode == 0, done.stdout
    assert f"entries       {span[0]} to {sum(span) - 1}, complete" in done.stdout


def test_a_range_with_an_older_checkpoint(lines, tmp_path):
    done = verify(tmp_path, "\n".join(lines))

    assert done.returncode == 0, done.stdout
    assert "extends       the checkpoint of 5 entries" in done.stdout


def header(lines: list[str], **changes: object) -> list[str]:
    return [json.dumps({**json.loads(lines[0]), **changes}), *lines[1:]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines[:50] + lines[51:], "promises 290 entries, the file holds 289"),
        (lambda lines: header(lines[:50] + lines[51:], count=289), "not what the signed log holds"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "not what the signed log holds"),
        (lambda lines: [*lines[:9], lines[9].replace('"number"', '"nomber"'), *lines[10:]], "not what the signed log"),
        (lambda lines: header(lines, first=4), "not what the signed log holds"),
        (lambda lines: header(lines, first=400), "are not in a log of 305"),
        (lambda lines: header(lines, outside=json.loads(lines[0])["outside"][:-1]), "too short"),
        (lambda lines: header(lines, consistency=json.loads(lines[0])["consistency"][:-1]), "too short"),
        (lambda lines: header(lines, consistency=[]), "the consistency proof"),
        (
            lambda lines: header(
                lines, old_checkpoint=json.loads(lines[0])["old_checkpoint"].replace("\n5\n", "\n6\n")
            ),
            "under the old checkpoint is wrong",
        ),
    ],
    ids=["lost", "lost and hidden", "swapped", "edited", "moved", "outside", "hash lost", "consistency", "none", "old"],
)
def test_what_does_not_fit_in_a_range_is_named(lines, tmp_path, change, says):
    done = verify(tmp_path, "\n".join(change(lines)))

    assert done.returncode == 1, done.stdout
    assert says in done.stdout


def test_a_rewritten_log_does_not_extend_the_checkpoint_somebody_kept(lines, tmp_path, settings):
    """The provider starts over with other entries and signs them: the kept checkpoint shows it."""
    kept = json.loads(lines[0])["old_checkpoint"]
    forged = checkpoints.sign(checkpoints.Checkpoint(settings.AUDIT_ORIGIN, 5, b"x" * 32), signing_seed())
    assert forged != kept
    done = verify(tmp_path, "\n".join(header(lines, old_checkpoint=forged)))

    assert (done.returncode, "it was rewritten" in done.stdout) == (1, True)


def test_a_proof_outlives_the_erasure_of_the_personal_data(tmp_path):
    with transaction.atomic():
        event_id = record(event=PERSONAL, actor=PERSON, personal={"name": "赵一"})
    sequence_and_sign()
    old = selectors.proof_bundle(event_id, disclose=["name"])
    from compliance.audit.services import erase

    erase(actor=PERSON, event_id=event_id)
    sequence_and_sign()

    assert verify(tmp_path, old).returncode == 0
    assert verify(tmp_path, selectors.proof_bundle(event_id)).returncode == 0
    assert Checkpoint.objects.count() == 2


def run_here(folder: Path, text: str, capsys: Any, *arguments: str) -> tuple[int, str]:
    """Run the verifier's main in this process: hundreds of damaged bundles take seconds, not minutes."""
    path = folder / "bundle"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    code = hallmark_verify.main([str(path), *arguments])
    return code, capsys.readouterr().out


WORDS = {0: "VERIFIED\n", 1: "FAILED  ", 3: "UNREADABLE"}
SENSELESS = [
    None,
    True,
    -1,
    10**40,
    1.5,
    "",
    "x",
    "\ud800",
    "\u0000",
    "a\nVERIFIED",
    [],
    [[]],
    {},
    {"a": None},
    "1" * 5000,
]


def damaged(value: Any, chance: random.Random) -> Any:
    """Return the JSON value with one thing in it made senseless."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        return {name: item for name, item in value.items() if name != key or chance.random() < 0.8} | (
            {key: damaged(value[key], chance)} if chance.random() < 0.9 else {}
        )
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], damaged(value[at], chance), *value[at + 1 :]]
    if isinstance(value, str) and value and chance.random() < 0.6:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice(["", "\n", "\n\n", " ", "A", "é", "\ud800", "=", "+", '"']) + value[at + 1 :]
    return chance.choice(SENSELESS)


def test_damaged_proofs_get_a_word_and_a_code_never_a_traceback(bundle, tmp_path, capsys):
    chance = random.Random(20261122)
    codes = set()
    for _ in range(600):
        other = damaged(bundle, chance)
        code, said = run_here(tmp_path, json.dumps(other), capsys)
        assert said.startswith(WORDS[code]), said
        assert code != 0 or all(other[name] == bundle[name] for name in ("entry", "tlog_proof", "vkey")), other
        codes.add(code)
    assert codes >= {1, 3}


def test_damaged_ranges_get_a_word_and_a_code_never_a_traceback(lines, tmp_path, capsys):
    chance = random.Random(20261122)
    for _ in range(300):
        at = chance.choice([0, 0, 0, chance.randrange(1, len(lines))])
        other = [*lines[:at], json.dumps(damaged(json.loads(lines[at]), chance)), *lines[at + 1 :]]
        code, said = run_here(tmp_path, "\n".join(other), capsys)
        assert said.startswith(WORDS[code]), said
        assert code != 0 or (other[1:] == lines[1:] and json.loads(other[0]).items() <= json.loads(lines[0]).items())


@pytest.mark.parametrize("kind", ["bundle", "lines"])
def test_torn_files_get_a_word_and_a_code(kind, request, tmp_path, capsys):
    whole = request.getfixturevalue(kind)
    text = json.dumps(whole) if kind == "bundle" else "\n".join(whole)
    for at in range(0, len(text) - 1, max(1, len(text) // 150)):
        code, said = run_here(tmp_path, text[:at], capsys)
        assert (code in (1, 3), said.startswith(WORDS[code])) == (True, True), said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "nests too deep"),
        ('{"a":' * 100_000, "nests too deep"),
        ('{"format": "hallmark-proof@v9", "vkey": ""}', "is not a hallmark-proof@v1"),
        ('{"format": "hallmark-proof@v1", "vkey": "\\ud800"}', "is not JSON"),
        ('{"format": "hallmark-proof@v1", "vkey": "a", "entry": "", "tlog_proof": 1e999}', "no 'tlog_proof'"),
        ('{"format": "hallmark-range@v1", "vkey": "a", "first": true, "count": 1}', "no 'first'"),
        ("\ufeff{}", "is not JSON"),
        ("\ud800", "is not UTF-8"),
    ],
    ids=["deep", "deep objects", "format", "surrogate", "float", "bool", "mark", "utf-8"],
)
def test_what_cannot_be_a_bundle_is_unreadable(text, says, tmp_path, capsys):
    code, said = run_here(tmp_path, text, capsys)
    assert (code, says in said) == (3, True), said


def test_a_bundle_cannot_speak_for_the_verifier(bundle, tmp_path, capsys):
    """What the file says is shown in one line, without control characters."""
    other = {**bundle, "vkey": "x\nVERIFIED\x1b[2K\u202e"}
    code, said = run_here(tmp_path, json.dumps(other), capsys, "--vkey", bundle["vkey"])

    assert code == 1
    assert said.count("\n") == 1
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_an_entry_that_nests_without_end_is_not_verified(tmp_path, capsys, settings):
    entry = "[" * 3000
    root = hashlib.sha256(b"\0" + entry.encode()).digest()
    note = checkpoints.sign(checkpoints.Checkpoint(settings.AUDIT_ORIGIN, 1, root), signing_seed())
    forged = {
        "format": "hallmark-proof@v1",
        "entry": entry,
        "tlog_proof": tlogproof.dump(0, [], note),
        "vkey": log_verifier().vkey,
    }
    code, said = run_here(tmp_path, json.dumps(forged), capsys)

    assert (code, "the entry is not JSON" in said) == (1, True), said


def test_it_speaks_on_a_terminal_that_knows_no_chinese(tmp_path):
    with transaction.atomic():
        event_id = record(event=PERSONAL, actor=PERSON, personal={"name": "赵一"})
    sequence_and_sign()
    text = json.dumps(selectors.proof_bundle(event_id, disclose=["name"]))
    (tmp_path / "bundle.json").write_text(text)
    done = subprocess.run(
        [sys.executable, hallmark_verify.__file__, tmp_path / "bundle.json"],
        env={"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, "disclosed     name = \\u8d75\\u4e00" in done.stdout) == (0, True), done.stderr
