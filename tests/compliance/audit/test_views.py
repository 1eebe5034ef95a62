"""The public addresses, followed by a little client that knows only the C2SP formats."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from compliance.audit.models import Event
from compliance.audit.sequencer import sequence
from tests.compliance.audit.support import signed_log, write

pytestmark = pytest.mark.django_db


class Follower:
    """Reads a log over HTTP: key, checkpoint, level-0 and upper tiles. Shares no code with the platform."""

    def __init__(self, client) -> None:
        self.client = client

    def get(self, path: str) -> bytes:
        response = self.client.get("/" + path)
        assert response.status_code == 200, path
        return response.content

    def checkpoint(self) -> tuple[int, bytes]:
        vkey = self.get("log/vkey").decode().strip()
        public = base64.b64decode(vkey.split("+", 2)[2])[1:]
        body, _, signature = self.get("checkpoint").decode().partition("\n\n")
        signed = base64.b64decode(signature.split(" ")[2])
        Ed25519PublicKey.from_public_bytes(public).verify(signed[4:], (body + "\n").encode())
        origin, size, root = body.split("\n")
        assert origin == vkey.split("+")[0]
        return int(size), base64.b64decode(root)

    def tile(self, level: int, index: int, size: int) -> list[bytes]:
        count = size // 256**level
        width = min(256, count - index * 256)
        groups = f"{index:03d}" if index < 1000 else f"x{index // 1000:03d}/{index % 1000:03d}"
        data = self.get(f"tile/{level}/{groups}" + ("" if width == 256 else f".p/{width}"))
        assert len(data) == width * 32
        return [data[at : at + 32] for at in range(0, len(data), 32)]

    def row(self, level: int, size: int) -> list[bytes]:
        count = size // 256**level
        return [value for index in range(-(-count // 256)) for value in self.tile(level, index, size)]


def fold(row: list[bytes]) -> bytes:
    if len(row) == 1:
        return row[0]
    middle = 1
    while middle * 2 < len(row):
        middle *= 2
    return hashlib.sha256(b"\x01" + fold(row[:middle]) + fold(row[middle:])).digest()


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_a_stranger_rebuilds_the_root_from_the_tiles(client, size):
    signed_log(size)
    follower = Follower(client)
    stated, root = follower.checkpoint()
    leaves = follower.row(0, size)

    assert stated == size
    assert fold(leaves) == root
    assert leaves == [bytes(leaf) for leaf in Event.objects.order_by("seq").values_list("leaf_hash", flat=True)]
    if size >= 256:
        assert follower.row(1, size) == [fold(leaves[at : at + 256]) for at in range(0, size // 256 * 256, 256)]


def test_the_old_tree_stays_readable_and_unsigned_hashes_are_not_served(client):
    signed_log(3)
    old = client.get("/tile/0/000.p/3").content
    write(300)
    sequence()  # in the tree, not signed yet

    assert client.get("/tile/0/000.p/4").status_code == 404
    assert client.get("/tile/0/000").status_code == 404
    signed_log(1)
    assert client.get("/tile/0/000.p/3").content == old
    assert client.get("/tile/0/000").content[:96] == old
    assert client.get("/tile/1/000.p/1").status_code == 200
    assert client.get("/tile/1/000.p/2").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/001", "tile/0/00", "tile/00/000", "tile/64/000", "tile/x/000",
        "tile/2/000.p/1", "tile/0/x000/000.p/3", "tile/entries/000.p/3", "tile/entries/000", "tile/0/000.p/03",
        "tile/0/" + "x999/" * 1500 + "999", "tile/0/" + "x999/" * 8 + "999", "tile/63/" + "x001/" * 7 + "000",
        "tile/0/000.p/3/", "tile/0/../checkpoint", "tile/0/%2e%2e/000", "tile/0/000%00", "tile/0/٠٠٠", "tile/-1/000",
        "tile/0/000.p/3%0a", "tile/0/", "tile/0/000.p/", "tile/0/000.p",
    ],
    ids=lambda path: path[:40],
)  # fmt: skip
def test_what_is_not_a_tile_is_not_found(client, path):
    signed_log(3)
    assert client.get("/" + path).status_code == 404


def test_caching(client):
    signed_log(257)

    for path in ("tile/0/000", "tile/0/001.p/1"):
        response = client.get("/" + path)
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies
    assert client.get("/checkpoint")["Cache-Control"] == "no-cache"
    assert client.get("/checkpoint")["Content-Type"] == "text/plain; charset=utf-8"
    assert client.post("/checkpoint").status_code == 405


def test_before_the_first_checkpoint(client):
    assert client.get("/checkpoint").status_code == 404
    assert client.get("/tile/0/000.p/1").status_code == 404
    assert client.get("/log/").status_code == 200


@pytest.mark.parametrize(("language", "words"), [("en", "Check our log yourself"), ("zh-hans", "</html>")])
def test_the_page_explains_and_links(client, language, words):
    signed_log(3)
    page = client.get("/log/", headers={"accept-language": language}).content.decode()

    assert words in page
    for link in ("/log/vkey", "/log/hallmark-verify.py", "/checkpoint"):
        assert f'href="{link}"' in page
    assert client.get("/log/vkey").content.decode().strip() in page
    assert "style=" not in page
    assert "onclick" not in page


def test_the_verifier_can_be_downloaded(client):
    response = client.get("/log/hallmark-verify.py")
    text = b"".join(response.streaming_content).decode()

    assert text.startswith("#!/usr/bin/env python3")
    assert 'filename="hallmark_verify.py"' in response["Content-Disposition"]
    compile(text, "hallmark_verify.py", "exec")
