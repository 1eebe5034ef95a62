"""Stop and start by order."""

from django.db import transaction

from compliance.audit.actor import Actor
from compliance.audit.services import record
from compliance.switches import errors
from compliance.switches.events import SWITCH_RESUMED, SWITCH_STOPPED
from compliance.switches.models import Switch, SwitchChange
from compliance.switches.selectors import is_valid_name

MAY_SWITCH = frozenset({"officer", "admin"})


def switch_set(*, actor: Actor, name: str, stopped: bool, order_number: str, reason: str = "") -> bool:
    """Stop or start one service; setting what is already set changes nothing and logs nothing.

    Args:
        actor: a compliance officer or an administrator.
        name: "publication", "registration" or "job:<engine key>".
        stopped: True to stop, False to run again.
        order_number: the authority's order, or the provider's own decision number.
        reason: one sentence; without one, the order itself is the reason.

    Returns:
        Whether anything changed.

    Raises:
        DomainError: switches.not_allowed (403), switches.unknown (404), switches.without_order.
    """
    if actor.kind not in MAY_SWITCH:
        raise errors.not_allowed()
    if not is_valid_name(name):
        raise errors.unknown(name)
    order_number = order_number.strip()
    reason = reason.strip() or order_number
    if not order_number:
        raise errors.without_order()
    with transaction.atomic():
        Switch.objects.get_or_create(pk=name)
        switch = Switch.objects.select_for_update().get(pk=name)
        if switch.stopped == stopped:
            return False
        switch.stopped = stopped
        switch.save(update_fields=["stopped", "changed_at"])
        SwitchChange.objects.create(
            switch=switch,
            stopped=stopped,
            order_number=order_number[:100],
            reason=reason[:500],
            actor_kind=actor.kind,
            actor_id=actor.id,
        )
        record(
            event=SWITCH_STOPPED if stopped else SWITCH_RESUMED,
            actor=actor,
            public={"name": name, "order_number": order_number[:100]},
        )
    return True
