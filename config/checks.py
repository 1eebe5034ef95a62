"""Deployment checks: what is convenient on a laptop is an error where people's faces and names are handled.

`manage.py check --deploy` always runs them; with HALLMARK_DEPLOYED=1 every start of the platform does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks

from config import folders
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.pipeline import keys


def deployment_errors() -> list[CheckMessage]:
    """Return an Error with a stable id for everything here that a deployment must not have."""
    findings: list[CheckMessage] = []

    def refuse(condition: object, number: int, problem: str, hint: str) -> None:
        if condition:
            findings.append(Error(problem, hint=hint, id=f"hallmark.E{number:03}"))

    refuse(settings.DEBUG, 1, "DEBUG is on.", "Unset DJANGO_DEBUG.")
    refuse(not settings.ALLOWED_HOSTS, 2, "ALLOWED_HOSTS is empty.", "Set ALLOWED_HOSTS to the public host names.")
    refuse("*" in settings.ALLOWED_HOSTS, 3, "ALLOWED_HOSTS allows every host.", "Name the public host names.")
    refuse(
        settings.SECRET_KEY_IS_DEFAULT, 4, "SECRET_KEY is the development key.", "Set SECRET_KEY or SECRET_KEY_FILE."
    )
    refuse(
        settings.VAULT_KEYS_ARE_DEFAULT, 5, "The vault uses the development key.", "Set VAULT_KEYS and VAULT_INDEX_KEY."
    )
    refuse(
        settings.AUDIT_KEYS_ARE_DEFAULT,
        6,
        "The log is signed with the development key.",
        "Set AUDIT_SIGNING_KEY and AUDIT_SALT_KEY.",
    )
    refuse(
        settings.SMS_BACKEND == "console", 7, "Text messages go to the console.", "Set SMS_BACKEND to a real channel."
    )
    refuse(
        any(word in settings.EMAIL_BACKEND.lower() for word in ("console", "locmem", "dummy", "filebased")),
        8,
        "E-mail goes to the console, to a file or nowhere.",
        "Set EMAIL_BACKEND to django.core.mail.backends.smtp.EmailBackend and EMAIL_HOST.",
    )
    refuse(
        settings.IDENTITY_BACKEND == "sandbox", 9, "Identities are verified by the sandbox.", "Set IDENTITY_BACKEND."
    )
    refuse(
        settings.PROVIDER_CODE_IS_DEFAULT or settings.PROVIDER_CODE == DEVELOPMENT_CODE,
        10,
        "PROVIDER_CODE is not set or the development code, so files would carry a code that belongs to nobody.",
        "Set the 27-character code of TC260-PG-20252A.",
    )
    refuse(
        "face_blend" in settings.ENGINES_ENABLED,
        11,
        "The face_blend engine is enabled.",
        "Remove it from ENGINES_ENABLED until the issues on consent and review are closed.",
    )
    refuse(
        settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
        12,
        "The database is SQLite.",
        "Set DATABASE_URL=postgres://...",
    )
    refuse(
        settings.CELERY_BROKER_URL.startswith("filesystem"),
        13,
        "The broker is a folder.",
        "Set CELERY_BROKER_URL=redis://...",
    )
    refuse(not settings.CACHE_URL, 14, "The cache is per process, so rate limits are too.", "Set CACHE_URL=redis://...")
    refuse(
        settings.PROVIDER_CONTACT.endswith(".invalid"),
        15,
        "PROVIDER_CONTACT is the placeholder, so nobody can reach the provider (PIPL Art. 17).",
        "Set PROVIDER_CONTACT to an address that people can write to.",
    )
    refuse(
        any(folders.open_to_others(Path(place)) for place in (settings.VAR_DIR, settings.MEDIA_ROOT)),
        16,
        "Every account of the machine may look into HALLMARK_VAR or MEDIA_ROOT.",
        "chmod o-rwx the folders; they hold pictures of people.",
    )
    refuse(
        not settings.BASE_URL.startswith("https://"),
        17,
        "BASE_URL is no https address, so the links in messages lead nowhere or can be read on the way.",
        "Set BASE_URL=https://the-public-host.",
    )
    refuse(
        settings.AUDIT_ORIGIN.split("/")[0].endswith("localhost"),
        18,
        "AUDIT_ORIGIN is the development name, which every other installation's log bears too.",
        "Set AUDIT_ORIGIN to a schemeless URL of your own, such as your-host/log.",
    )
    refuse(
        settings.LABEL_SIGNING_KEY_IS_DEFAULT,
        19,
        "Labels are signed with the development key.",
        "Set LABEL_SIGNING_KEY, or LABEL_SIGNER for a key that lives in a KMS or HSM.",
    )
    refuse(
        keys.manifests_prove_nothing(),
        20,
        "C2PA manifests are signed with the development chain, which every reader calls untrusted.",
        "Set C2PA_CHAIN, and C2PA_KEY or C2PA_SIGNER.",
    )
    refuse(
        problem := keys.problem(),
        21,
        f"What signs the released files cannot be used: {problem}",
        "docs/operations.md says what LABEL_SIGNING_KEY, LABEL_FORMER_KEYS, C2PA_CHAIN and C2PA_KEY hold.",
    )
    return findings


def refuse_to_start() -> None:
    """End a deployed process that no management command checked: web server, worker, clock.

    Raises:
        SystemExit: a check failed, with every finding.
    """
    if not settings.DEPLOYED:
        return
    if errors := [str(message) for message in run_checks(include_deployment_checks=True) if message.is_serious()]:
        raise SystemExit("Refusing to start:\n" + "\n".join(errors))


@register(deploy=True)
def deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Run for `manage.py check --deploy`; where `deployed` runs anyway, no finding is said twice."""
    return [] if settings.DEPLOYED else deployment_errors()


@register()
def deployed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Run at every start where HALLMARK_DEPLOYED says that people rely on this instance."""
    return deployment_errors() if settings.DEPLOYED else []
