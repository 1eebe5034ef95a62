"""What the public page says of signatures, and the key file that lets everybody check them without it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from media_jobs.labelling import c2pa, containers, provider_code
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.marks import Marks
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.metadata.png import assemble, chunks
from media_jobs.labelling.signing import KeySet, KeySigner, sign_label
from media_jobs.pipeline import keys
from tests.media_jobs.uploads import files
from tests.media_jobs.verify.conftest import Released

pytestmark = pytest.mark.django_db
OURS = provider_code.DEVELOPMENT_CODE


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def api(client: Client, data: bytes) -> Any:
    return client.post("/api/v1/verify/", {"file": SimpleUploadedFile("a.png", data)}).json()


def page(client: Client, data: bytes) -> str:
    return " ".join(client.post("/verify/", {"file": SimpleUploadedFile("a.png", data)}).content.decode().split())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., bytes]:
    """A picture with our signed label of a number, changed and signed as asked."""

    def make(
        number: str, *, signer: Any = None, source: Path = files.COFFEE, manifest: bool = False, **after: Any
    ) -> bytes:
        marks, target = carrier(containers.recognise(source)), tmp_path / "label.png"
        label = AigcLabel.first(producer=OURS, produce_id=number)
        label = replace(sign_label(label, marks.content(files.COFFEE), signer or keys.label_signer()), **after)
        target.unlink(missing_ok=True)
        marks.write(source, target, Marks(label, TRAINED_ALGORITHMIC_MEDIA))
        if manifest:
            facts = c2pa.Facts(TRAINED_ALGORITHMIC_MEDIA, OURS, number, "gateway", "1", datetime.now(UTC))
            signed = tmp_path / "signed.png"
            png = containers.CONTAINERS["png"]
            c2pa.sign_file(target, signed, container=png, facts=facts, identity=keys.identity())
            target = signed
        return target.read_bytes()

    return make


def test_a_copy_with_other_metadata_is_known_by_its_signature(
    client: Client, released: Released, write: Callable[..., bytes]
) -> None:
    data = write(released.number)

    body = api(client, data)

    assert body["released"]["code"] == "same_content"
    assert body["released"]["release"]["produce_id"] == released.number
    assert body["says"]["labels"][0]["signature"] == "genuine"
    assert body["log"]["code"] == "proven_other"
    assert "label_is_claim" not in [one["code"] for one in body["not_told"]]
    shown = page(client, data)
    assert "Its signature is ours and intact" in shown
    assert "Not this very file, but its label and its content." in shown


@pytest.mark.parametrize(
    ("change", "signature"),
    [
        ({"produce_id": "other-1"}, "failed"),
        ({"source": files.MONA_LISA}, "ours_elsewhere"),
        ({"signer": KeySigner("66" * 32)}, "stranger"),
        ({"reserved_code1": ""}, "unsigned"),
        ({"reserved_code1": "0192f0c1"}, "unverifiable"),
    ],
)
def test_whatever_is_wrong_with_it_it_is_not_ours(
    client: Client, released: Released, write: Callable[..., bytes], change: dict[str, Any], signature: str
) -> None:
    body = api(client, write(released.number, **change))

    assert body["says"]["labels"][0]["signature"] == signature
    assert body["released"]["code"] in {"altered", "never_issued"}
    assert "label_is_claim" in [one["code"] for one in body["not_told"]]


def test_a_label_by_a_revoked_key_is_not_taken_for_ours(
    client: Client, released: Released, write: Callable[..., bytes], settings: Any
) -> None:
    data = write(released.number)
    [key] = keys.key_set().keys
    settings.LABEL_FORMER_KEYS = json.dumps([key.as_json() | {"status": "revoked"}])
    settings.LABEL_SIGNING_KEY = "77" * 32

    body = api(client, data)

    assert (body["says"]["labels"][0]["signature"], body["released"]["code"]) == ("revoked", "altered")


def test_a_genuine_label_of_a_number_that_was_never_released_is_no_release(
    client: Client, write: Callable[..., bytes]
) -> None:
    body = api(client, write("nobody-released-this"))

    assert (body["says"]["labels"][0]["signature"], body["released"]["code"]) == ("genuine", "never_issued")


def test_a_manifest_is_checked(client: Client, released: Released, write: Callable[..., bytes]) -> None:
    data = write(released.number, manifest=True)
    parts = list(chunks(data))
    # another text chunk: still a PNG, and no longer what was signed
    edited = assemble([*parts[:-1], replace(parts[-1], type=b"tEXt", data=b"Comment\0edited"), parts[-1]])

    whole, broken = (api(client, one)["says"]["c2pa"] for one in (data, edited))

    assert (whole["present"], whole["checked"], whole["state"]) == (True, True, "trusted")
    assert whole["signer"] == "Hallmark development claim signer"
    assert broken["state"] == "invalid"
    assert "a C2PA manifest that does not hold" in page(client, edited)


def test_the_key_file_is_public_cacheable_and_complete(client: Client, settings: Any) -> None:
    response = client.get("/.well-known/aigc-keys.json")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/json")
    assert (response["Cache-Control"], response["Access-Control-Allow-Origin"]) == ("public, max-age=3600", "*")
    [key] = KeySet.from_json(response.content.decode()).keys
    assert key.provider == OURS
    assert json.loads(response.content)["provider"]["name"] == settings.PROVIDER_NAME
    assert settings.LABEL_SIGNING_KEY not in response.content.decode()
    again = client.get("/.well-known/aigc-keys.json", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert client.post("/.well-known/aigc-keys.json").status_code == 405
