"""Never ask me again: kept by us, invisible to whoever asks."""

from django.db import transaction
from django.utils import timezone

from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.audit.events import EventType
from compliance.consent import events
from compliance.consent.models import ConsentRequest, Silence


@transaction.atomic
def silence(*, actor: Actor, request: ConsentRequest, scope: str) -> Silence:
    """Keep a person's wish for silence.

    Args:
        request: the question that made the person wish it.
        scope: "purpose": this operation by this asker; "asker": anything by this asker; "all": anything by anybody.
    """
    found, created = Silence.objects.get_or_create(
        subject_id=request.subject_id,
        asker_id=None if scope == "all" else request.asker_id,
        purpose=request.engine if scope == "purpose" else "",
        defaults={"asker_name": "" if scope == "all" else request.asker_name, "created_at": timezone.now()},
    )
    if created:
        _record(events.SILENCED, actor=actor, silence_=found)
    return found


@transaction.atomic
def unsilence(*, actor: Actor, wish: Silence) -> None:
    """Let a person be asked again. A question still open reaches them with the next sweep."""
    removed, _rows = Silence.objects.filter(pk=wish.pk).delete()
    if removed:
        _record(events.UNSILENCED, actor=actor, silence_=wish)


def _record(event: EventType, *, actor: Actor, silence_: Silence) -> None:
    audit.record(
        event=event,
        actor=actor,
        subject=silence_.subject_id,
        public={"scope": silence_.scope},
        personal={"asker": str(silence_.asker_id or "all")},
    )
