"""What a depicted person reads before deciding: all nine items of PIPL Art. 17 and 30, and the choices."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext, override

from accounts.identity.selectors import is_verified
from compliance.consent import wording
from compliance.consent.binding import canonical, text_digest
from compliance.consent.models import ConsentRequest, DepictedPerson
from compliance.rules.consent import DEFAULT_VALID, SCOPE_TITLES, Scope
from media_jobs.engines import registry


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the person is told.

    Args:
        key: stable name: who, contact, purpose, method, type, retention, rights, necessity, impact.
        title: the question it answers.
        text: the answer.
        cite: the article that asks for it.
    """

    key: str
    title: str
    text: str
    cite: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown, and its fingerprint.

    Args:
        items: the nine items.
        choices: scope -> the sentence beside its tick box.
        text: all of it as canonical JSON: what is kept with the consent.
        text_hash: SHA-256 (hex) of `text` in UTF-8.
    """

    items: tuple[Item, ...]
    choices: dict[str, str]
    text: str
    text_hash: str


def build(request: ConsentRequest, *, language: str) -> Notice:
    """Return the notice of a request in a language; the same request and language give the same text."""
    with override(language):
        items = _items(request, language)
        choices = {scope: gettext(SCOPE_TITLES[Scope(scope)]) for scope in request.asked_scopes}
    text = canonical(
        {
            "request": str(request.pk),
            "binding": request.binding,
            "language": language,
            "items": [[item.key, item.title, item.text, item.cite] for item in items],
            "choices": choices,
        }
    )
    return Notice(items, choices, text, text_digest(text))


def _items(request: ConsentRequest, language: str) -> tuple[Item, ...]:
    values = {
        "provider": wording.provider_name(language),
        "asker": request.asker_name,
        "purpose": request.purpose,
        "contact": settings.PROVIDER_CONTACT,
        "operation": wording.operation_title(request.engine),
        "days": DEFAULT_VALID.days,
        "manage": wording.manage_url(),
        "pictures": DepictedPerson.objects.filter(job=request.job_id, subject=request.subject_id).count(),
    }
    art_17, art_30 = gettext("PIPL Art. 17"), gettext("PIPL Art. 30")
    return (
        Item("who", gettext("Who asks?"), _who(request) % values, art_17),
        Item(
            "contact",
            gettext("How can I reach them?"),
            gettext("%(provider)s answers for your data: %(contact)s.") % values,
            art_17,
        ),
        Item("purpose", gettext("What is it for?"), _purpose(request) % values, art_17),
        Item("method", gettext("What happens to my picture?"), _method(request, values), art_17),
        Item(
            "type",
            gettext("Which of my data?"),
            gettext(
                "Your face in %(pictures)s picture(s): sensitive biometric information. Also your name and mobile "
                "number as %(asker)s gave them; both are stored encrypted and are used only to ask you."
            )
            % values,
            art_17,
        ),
        Item(
            "retention",
            gettext("For how long?"),
            gettext(
                "Your consent covers this one result and ends by itself after %(days)s days. The pictures stay in the "
                "closed working store with the job. The log, which does not name you, is kept for at least six months."
            )
            % values,
            art_17,
        ),
        Item(
            "rights",
            gettext("What can I do later?"),
            gettext(
                "See your consents, get the receipt or take a consent back at any time, in two clicks and without "
                "giving a reason: %(manage)s. You may also ask for a copy, a correction, deletion or an explanation."
            )
            % values,
            art_17,
        ),
        Item("necessity", gettext("Why is my face needed?"), _necessity(request), art_30),
        Item(
            "impact",
            gettext("What can it mean for me?"),
            gettext(
                "People may take the result for a real picture of you. So it always carries a visible label and a "
                "hidden one saying that it was made by AI. What somebody has already copied cannot be called back."
            ),
            art_30,
        ),
    )


def _who(request: ConsentRequest) -> str:
    if is_verified(request.asker):
        return gettext("%(asker)s, a user of %(provider)s whose real identity has been verified.")
    return gettext("%(asker)s, a user of %(provider)s.")


def _purpose(request: ConsentRequest) -> str:
    if request.purpose:
        return gettext("In the words of %(asker)s: “%(purpose)s”")
    return gettext("%(asker)s has not said more than: %(operation)s.")


def _method(request: ConsentRequest, values: dict[str, object]) -> str:
    engine = registry.describe(request.engine)
    return gettext("%(operation)s. %(description)s Method and version: %(engine)s %(version)s.") % {
        "operation": values["operation"],
        "description": str(engine.description) if engine else "",
        "engine": request.engine,
        "version": request.engine_version,
    }


def _necessity(request: ConsentRequest) -> str:
    engine = registry.describe(request.engine)
    if engine is not None and engine.biometric:
        return gettext("Your face is what would be edited: without it this result cannot be made.")
    return gettext("The picture shows you: without your face it cannot be labelled and released as it is.")
