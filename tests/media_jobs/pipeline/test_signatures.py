"""What is released is signed in label and manifest, by keys that no child process sees; what cannot be signed stays."""

import hashlib
import json
from typing import Any

import pytest

from compliance.consent import selectors as consents
from compliance.consent.receipts import commitment
from media_jobs.engines import registry
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import State
from media_jobs.labelling import c2pa
from media_jobs.labelling.signing import CallbackSigner, KeySet, KeySigner, Signer
from media_jobs.pipeline import keys, reasons, signatures, working
from media_jobs.pipeline.working import root
from tests.media_jobs.story import (
    blend_draft,
    cast,
    gateway_draft,
    grant_all,
    media,
    officer_releases,
    run,
    submit,
)
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas"]

ELSEWHERE = KeySigner("44" * 32)


def hsm() -> Signer:
    """A key that answers from elsewhere (LABEL_SIGNER)."""
    return CallbackSigner(ELSEWHERE.public_key, ELSEWHERE.sign)


def broken() -> Signer:
    """A service that is down."""

    def ask(message: bytes) -> bytes:
        raise ConnectionError(message)

    return CallbackSigner(ELSEWHERE.public_key, ask)


def released(job: Job) -> tuple[Release, dict[str, Any]]:
    release = Release.objects.get(work__job=job)
    label = release.report["label"]["label"]
    return release, signatures.proofs(root() / release.path, label=label)


def test_a_released_file_proves_itself(cast: Personas) -> None:
    job = run(submit(gateway_draft(cast.anna)))

    release, found = released(job)
    manifest = found["manifest"]
    assert [verdict["genuine"] for verdict in found["signatures"].values()] == [True, True]
    assert (manifest["state"], manifest["errors"]) == ("Trusted", [])
    assert manifest["actions"][0]["action"] == "c2pa.created"
    assert manifest["label"]["produce_id"] == release.work.produce_id
    assert manifest["label"]["content"] == release.report["label"]["content"]
    assert release.report["readback"]["signatures"] == found["signatures"]
    engine, label = registry.get(job.engine), release.report["label"]["label"]
    assert signatures.hold(found, engine=engine, label=label)
    assert not signatures.hold(found, engine=engine, label=label | {"ProduceID": "another"})
    assert not signatures.hold(
        signatures.proofs(root() / release.path, label=label | {"ProduceID": "another"}), engine=engine, label=label
    )


def test_consents_are_committed_to_and_checkable_by_who_holds_receipt_and_salt(cast: Personas) -> None:
    job = run(submit(blend_draft(cast.anna)))
    grant_all(job)
    job.refresh_from_db()
    job = run(officer_releases(run(job), cast.officer))

    release, found = released(job)
    manifest = found["manifest"]
    assert [one["action"] for one in manifest["actions"][:2]] == ["c2pa.opened", "c2pa.edited"]
    assert manifest["source_types"][0].endswith("/compositeWithTrainedAlgorithmicMedia")
    agreed = [commitment(one) for one in consents.consents_in_force(job)]
    salt = bytes.fromhex(release.report["label"]["c2pa"]["consent_salt"])
    assert manifest["consent"]["hash"] == c2pa.salted(agreed, salt=salt)[0]
    assert len(agreed) == 2
    file = (root() / release.path).read_bytes()
    assert salt.hex().encode() not in file
    assert not [one for one in agreed if hashlib.sha256(one).hexdigest().encode() in file]
    for client, path in (
        ("anna", f"/jobs/{job.pk}/report.json"),
        ("officer", f"/trail/{release.event_id}/report.json"),
    ):
        handed_out = cast.client(client).get(path)
        assert handed_out.status_code == 200
        assert handed_out.json()["evidence"]["label"]["c2pa"]
        assert salt.hex() not in handed_out.content.decode()


@pytest.mark.slow
def test_a_key_in_an_hsm_signs_the_label(cast: Personas, settings: Any) -> None:
    settings.LABEL_SIGNER = f"{__name__}:hsm"

    _, found = released(run(submit(gateway_draft(cast.anna))))

    assert found["signatures"]["producer"]["key_id"] == ELSEWHERE.key_id
    assert found["signatures"]["producer"]["genuine"]


def test_nothing_is_released_unsigned(cast: Personas, settings: Any) -> None:
    settings.LABEL_SIGNER = f"{__name__}:broken"

    job = run(submit(gateway_draft(cast.anna)))

    assert (job.state, job.reason_code) == (State.FAILED, "signing.failed")
    assert "%" not in str(reasons.explain(job.reason_code).text)
    assert not Release.objects.exists()
    assert not [path for path in (working.root() / working.RELEASED).rglob("*") if path.is_file()]


@pytest.mark.slow
def test_a_time_stamp_that_cannot_be_had_holds_the_release_back(cast: Personas, settings: Any) -> None:
    settings.C2PA_TSA_URL = "http://127.0.0.1:9/"

    assert run(submit(gateway_draft(cast.anna))).state == State.FAILED
    assert not Release.objects.exists()


@pytest.mark.slow
def test_after_a_rotation_older_labels_hold_and_new_ones_bear_the_new_key(cast: Personas, settings: Any) -> None:
    old = run(submit(gateway_draft(cast.anna)))
    [active] = keys.key_set().keys
    settings.LABEL_FORMER_KEYS = json.dumps(
        [active.as_json() | {"status": "retired", "not_after": "2030-01-01T00:00:00Z"}]
    )
    settings.LABEL_SIGNING_KEY = "55" * 32
    settings.LABEL_SIGNING_SINCE = "2026-01-01T00:00:00Z"
    new = run(submit(gateway_draft(cast.anna)))

    said = {job.pk: released(job)[1]["signatures"]["producer"] for job in (old, new)}

    assert said[old.pk]["key_id"] == active.key_id != said[new.pk]["key_id"]
    assert [(one["genuine"], one["period"]) for one in said.values()] == [(True, "unproven"), (True, "in_force")]
    assert [key.status for key in KeySet.from_json(keys.published()).keys] == ["active", "retired"]
