"""In real files: the signature comes back from the metadata, survives a re-mux, and fails where pixels change."""

import json
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image

from media_jobs.labelling import containers
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.metadata.png import SIGNATURE, Chunk, chunks
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.signing import KeySet, KeySigner, PublishedKey, Verdict, signing_with, verify_all
from media_jobs.labelling.writer import label_file
from tests.outside import require

SIGNER = KeySigner("11" * 32)
KEYS = KeySet([PublishedKey.of(SIGNER.public_key, provider=DEVELOPMENT_CODE)])


def labelled(folder: Path, ending: str) -> Path:
    source, target = folder / f"source.{ending}", folder / f"target.{ending}"
    Image.effect_mandelbrot((96, 64), (-2, -1, 1, 1), 40).convert("RGB").save(source)
    label_file(
        source,
        target,
        label=AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="work-1"),
        digital_source_type=TRAINED_ALGORITHMIC_MEDIA,
        signing=signing_with(SIGNER),
    )
    return target


def checked(path: Path) -> dict[str, Verdict]:
    marks = carrier(containers.recognise(path))
    [claim] = marks.read(path).claims
    return verify_all(AigcLabel.from_json(claim.text), marks.content(path), KEYS)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp"])
def test_a_label_comes_back_from_its_file_genuine(tmp_path: Path, ending: str) -> None:
    assert all(verdict.genuine for verdict in checked(labelled(tmp_path, ending)).values())


def test_exiftool_reads_the_security_data_that_openssl_can_check(tmp_path: Path) -> None:
    """Nothing of ours takes part: value by exiftool, message by hand, signature by OpenSSL."""
    exiftool, openssl = require("exiftool"), require("openssl")
    told = subprocess.run(
        [exiftool, "-j", "-XMP-TC260:all", labelled(tmp_path, "jpg")], capture_output=True, check=True, text=True
    )
    value = next(value for key, value in json.loads(told.stdout)[0].items() if key.lower() == "aigc")
    label = value if isinstance(value, dict) else json.loads(value)
    code = label["ReservedCode1"]
    data = (code if isinstance(code, dict) else json.loads(code))["SecurityData"]
    signature, both, key = data["PubSD"]
    text = f'"Label":"1","ContentProducer":"{label["ContentProducer"]}","ProduceID":"{label["ProduceID"]}"'
    (tmp_path / "key").write_bytes(bytes.fromhex(key["KeyValue"]))
    bindings = json.dumps(data["Bindings"], separators=(",", ":"))

    for entry, message in ((signature, text), (both, f'{text},"Bindings":{bindings}')):
        (tmp_path / "message").write_text(message)
        (tmp_path / "signature").write_bytes(bytes.fromhex(entry["Signature"]))
        command = [
            openssl,
            "dgst",
            "-sha256",
            "-verify",
            "key",
            "-keyform",
            "DER",
            "-signature",
            "signature",
            "message",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done


def test_a_png_cut_into_other_chunks_is_the_same_content(tmp_path: Path) -> None:
    """A re-mux: every byte of the stream is there, the file's hash is another."""
    target = labelled(tmp_path, "png")
    whole = list(chunks(target.read_bytes()))
    stream = b"".join(chunk.data for chunk in whole if chunk.type == b"IDAT")
    pieces = [Chunk(b"IDAT", stream[at : at + 100]) for at in range(0, len(stream), 100)]
    first = next(index for index, chunk in enumerate(whole) if chunk.type == b"IDAT")
    rest = [chunk for chunk in whole[first:] if chunk.type != b"IDAT"]
    before = target.read_bytes()
    target.write_bytes(SIGNATURE + b"".join(chunk.encoded() for chunk in [*whole[:first], *pieces, *rest]))

    assert target.read_bytes() != before
    assert len(pieces) > 3
    assert all(verdict.genuine for verdict in checked(target).values())


def test_other_pixels_under_the_same_label_are_other_content(tmp_path: Path) -> None:
    target = labelled(tmp_path, "png")
    whole = list(chunks(target.read_bytes()))
    stream = zlib.decompress(b"".join(chunk.data for chunk in whole if chunk.type == b"IDAT"))
    changed = zlib.compress(stream[:500] + bytes([stream[500] ^ 1]) + stream[501:])
    kept = [chunk for chunk in whole if chunk.type not in {b"IDAT", b"IEND"}]
    target.write_bytes(
        SIGNATURE + b"".join(chunk.encoded() for chunk in [*kept, Chunk(b"IDAT", changed), Chunk(b"IEND", b"")])
    )

    assert {(one.label, one.content, one.genuine) for one in checked(target).values()} == {
        ("intact", "different", False)
    }
