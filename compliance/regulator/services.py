"""Orders are entered and every query under them is written down, in the log and beside the order."""

import json

from django.db import transaction

from accounts.people.models import User
from compliance.audit.actor import Actor
from compliance.audit.services import record
from compliance.regulator import events
from compliance.regulator.models import Order, OrderQuery


@transaction.atomic
def order_open(*, actor: Actor, regulator: User, number: str, basis: str) -> Order:
    """Enter an order, or return the one of that number that this regulator entered before.

    Source: Provisions Art. 21 (cooperate with inspections), Art. 10 (logs).
    """
    order, created = Order.objects.get_or_create(regulator=regulator, number=number.strip(), defaults={"basis": basis})
    if created:
        record(event=events.ORDER_OPENED, actor=actor, subject=order.pk, public={"basis": basis})
    return order


@transaction.atomic
def query_record(*, actor: Actor, order: Order, filters: dict[str, str], returned: int) -> OrderQuery:
    """Write down one query: what was asked goes salted into the log and readable beside the order."""
    event_id = record(
        event=events.QUERIED,
        actor=actor,
        subject=order.pk,
        public={"returned": returned},
        personal={"order_number": order.number, "filters": json.dumps(filters, sort_keys=True)},
    )
    return OrderQuery.objects.create(order=order, event_id=event_id, filters=filters, returned=returned)
