"""Whose manifest it is: chains that cannot sign, chains nobody knows, the development chain, the desk, the clock."""

import base64
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run
from threading import Thread
from typing import Any

import pytest
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import c2pa
from media_jobs.labelling.c2pa import Identity
from media_jobs.labelling.c2pa.desk import desk, visitor
from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.signing import CallbackSigner, KeySigner
from tests.certificates import Issued, issued
from tests.media_jobs.labelling.c2pa.conftest import facts
from tests.media_jobs.labelling.c2pa.makers import make
from tests.outside import require

PNG = CONTAINERS["png"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make("png", tmp_path / "source.png")


def sign(source: Path, identity: Identity, **more: Any) -> dict[str, Any]:
    return c2pa.sign_file(
        source, source.with_name("target.png"), container=PNG, facts=facts(), identity=identity, **more
    )


def of(sent: Issued) -> Identity:
    return Identity(KeySigner(sent.key), sent.chain)


# --- chains ---


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (Identity(KeySigner("11" * 32), issued().chain), "key"),
        (Identity(KeySigner("11" * 32), "no certificate"), "PEM"),
        (of(issued(days=(-30, -1))), "validity"),
        (of(issued(days=(1, 30))), "validity"),
        (of(issued(purpose=None)), "EKU"),
        (of(issued(purpose=ExtendedKeyUsageOID.SERVER_AUTH)), "EKU"),
    ],
)
def test_a_chain_that_cannot_sign_is_refused_before_anything_is_written(
    sent: Identity, reason: str, source: Path
) -> None:
    with pytest.raises(MediaError) as refused:
        sign(source, sent)

    assert (refused.value.code, refused.value.params) == ("c2pa.bad_chain", {"reason": reason})
    assert [path.name for path in source.parent.iterdir()] == ["source.png"]


@pytest.mark.parametrize("purpose", ["1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1"])
def test_document_signing_and_c2pas_own_purpose_will_do(source: Path, purpose: str) -> None:
    assert sign(source, of(issued(purpose=ObjectIdentifier(purpose))))["state"] == "Trusted"


def test_without_the_root_a_manifest_is_valid_and_nobodys(source: Path, identity: Identity) -> None:
    sign(source, identity)

    read = c2pa.read_file(source.with_name("target.png"))

    assert (read["state"], read["valid"], read["trusted"]) == ("Valid", True, False)
    assert read["issuer"] == "Somebody Ltd"


def test_somebody_elses_root_is_not_ours(source: Path, identity: Identity) -> None:
    sign(source, identity)

    assert not c2pa.read_file(source.with_name("target.png"), anchors=issued().root)["trusted"]


def test_the_development_chain_is_made_once_and_closed_to_others(source: Path, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "c2pa.pem"
    with ThreadPoolExecutor(4) as pool:
        chains = set(pool.map(lambda _: c2pa.development(file).chain, range(8)))

    made = c2pa.development(file)

    assert chains == {made.chain}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["c2pa.pem"]
    assert made.is_development
    assert sign(source, made)["state"] == "Trusted"


def test_a_signing_service_that_fails_leaves_no_file(source: Path, identity: Identity) -> None:
    def down(message: bytes) -> bytes:
        raise ConnectionError(message)

    broken = Identity(CallbackSigner(identity.signer.public_key, down), identity.chain)

    with pytest.raises(MediaError, match=r"signing\.failed"):
        sign(source, broken)
    assert [path.name for path in source.parent.iterdir()] == ["source.png"]


# --- the desk: the child writes, the parent signs ---


def in_child(source: Path, target: Path, identity: Identity, address: str) -> dict[str, Any]:
    return run_isolated(
        "media_jobs.labelling.c2pa.isolated:sign",
        {
            "source": str(source),
            "target": str(target),
            "container": "png",
            "facts": facts().as_json(),
            "desk": address,
            "public_key": identity.signer.public_key.hex(),
            "chain": identity.chain,
        },
    )


def test_a_child_without_the_key_writes_a_signed_file(source: Path, identity: Identity) -> None:
    target = source.with_name("target.png")
    with desk(identity.signer) as address:
        report = in_child(source, target, identity, address)

    assert report["state"] == "Trusted"
    assert c2pa.read_file(target, anchors=identity.anchors)["trusted"]
    assert not Path(address).exists()


def test_the_desk_signs_as_often_as_it_was_told(identity: Identity) -> None:
    with desk(identity.signer, signatures=1) as address:
        asking = visitor(address, identity.signer.public_key)
        asking.sign(b"one")
        with pytest.raises(MediaError, match=r"signing\.failed"):
            asking.sign(b"two")


def test_the_reason_of_the_signer_comes_through_the_child(source: Path, identity: Identity) -> None:
    def down(message: bytes) -> bytes:
        raise ConnectionError(message)

    broken = CallbackSigner(identity.signer.public_key, down)

    with pytest.raises(MediaError, match="ConnectionError"), desk(broken) as address:
        in_child(source, source.with_name("target.png"), identity, address)
    assert [path.name for path in source.parent.iterdir()] == ["source.png"]


# --- time-stamps (RFC 3161), by a real service: openssl ts behind HTTP on this machine ---


@pytest.fixture
def tsa(tmp_path: Path) -> Iterator[tuple[str, Issued]]:
    openssl, folder = require("openssl"), tmp_path / "tsa"
    folder.mkdir()
    sent = issued(organisation="Clock Ltd", purpose=ExtendedKeyUsageOID.TIME_STAMPING, critical=True)
    key, leaf, root = sent.write(folder)
    (folder / "serial").write_text("01\n")
    (folder / "ts.cnf").write_text(
        f"[tsa]\nserial={folder}/serial\nsigner_cert={leaf}\ncerts={root}\nsigner_key={key}\nsigner_digest=sha256\n"
        "default_policy=1.2.3.4.1\ndigests=sha256,sha384,sha512\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
    )

    class Clock(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, reply = folder / "query", folder / "reply"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            options = ["-config", folder / "ts.cnf", "-section", "tsa", "-queryfile", query, "-out", reply]
            run([openssl, "ts", "-reply", *options], check=True, capture_output=True)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply.read_bytes())

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Clock)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", sent
    server.shutdown()
    server.server_close()


def test_a_time_stamp_of_a_service_stands_in_the_manifest(
    source: Path, identity: Identity, tsa: tuple[str, Issued]
) -> None:
    """Check 68."""
    address, clock = tsa

    report = sign(source, identity, tsa_url=address, anchors=clock.root)

    read = c2pa.read_file(source.with_name("target.png"), anchors=identity.anchors + clock.root)
    assert (read["state"], read["errors"]) == ("Trusted", [])
    assert report["time"] == read["time"] != ""


def test_where_a_time_stamp_is_wanted_and_not_to_be_had_nothing_is_signed(source: Path, identity: Identity) -> None:
    with pytest.raises(MediaError, match=r"c2pa\.not_signed"):
        sign(source, identity, tsa_url="http://127.0.0.1:9/")
    assert [path.name for path in source.parent.iterdir()] == ["source.png"]


# --- hostile and foreign files ---


def test_a_file_without_a_manifest(source: Path) -> None:
    read = c2pa.read_file(source)

    assert (read["present"], read["state"], read["actions"]) == (False, "", [])


def test_the_manifest_of_another_file_does_not_fit(source: Path, identity: Identity, tmp_path: Path) -> None:
    mkv = CONTAINERS["mkv"]
    film = make("mkv", tmp_path / "film.mkv")
    report = c2pa.sign_file(film, tmp_path / "out.mkv", container=mkv, facts=facts(), identity=identity)
    film.write_bytes(film.read_bytes() + b"\0")

    read = c2pa.read_file(film, sidecar=base64.b64decode(report["sidecar"]), anchors=identity.anchors)

    assert (read["valid"], read["errors"]) == (False, ["assertion.dataHash.mismatch"])


def test_broken_files_end_in_an_answer(source: Path, identity: Identity) -> None:
    sign(source, identity)
    whole = source.with_name("target.png").read_bytes()
    broken = source.with_name("broken.png")
    for cut in [*range(40, len(whole), 1500), len(whole) - 1]:
        broken.write_bytes(whole[:cut])
        assert not c2pa.read_file(broken, anchors=identity.anchors)["valid"]
    for at in range(60, len(whole), 700):
        broken.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        read = c2pa.read_file(broken, anchors=identity.anchors)
        assert read["state"] != "Trusted" or _is_padding(whole, at), at


def _is_padding(whole: bytes, at: int) -> bool:
    """The library leaves room after its signature, which nothing covers."""
    return whole[max(0, at - 8) : at + 8].count(0) >= 15


def test_bounds(source: Path, identity: Identity) -> None:
    sign(source, identity)

    read = c2pa.read_file(source.with_name("target.png"), max_bytes=1000)

    assert (read["present"], read["state"]) == (False, "too_large")
