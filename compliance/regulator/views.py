"""The trail: the officer's screen, and the same screen for a regulator who works under an order."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.audit import selectors as audit
from compliance.regulator import evidence
from compliance.regulator.forms import OrderForm, TrailForm
from compliance.regulator.models import Order
from compliance.regulator.services import order_open, query_record

_SESSION_KEY = "regulator_order"
SEATS: dict[str, Any] = {
    "user": _("User"),
    "staff": _("Provider staff"),
    "officer": _("Compliance officer"),
    "regulator": _("Regulator"),
    "admin": _("Administrator"),
    "subject": _("Depicted person"),
    "anonymous": _("Somebody without an account"),
    "system": _("The platform"),
}


@dataclass(frozen=True, slots=True)
class TrailRow:
    """An event with its seat in words, and without an id where the platform itself acted."""

    event: audit.EventRow
    seat: Any
    actor: str


def trail_page(form: TrailForm, *, limit: int = 50) -> audit.Page:
    """Return the page of events that a valid form asks for.

    Days are the provider's local days; both ends are included.
    """
    data = form.cleaned_data
    zone = timezone.get_default_timezone()
    since = datetime.combine(data["since"], time.min, zone) if data["since"] else None
    until = datetime.combine(data["until"] + timedelta(days=1), time.min, zone) if data["until"] else None
    return audit.events(
        size=data["size"],
        actor=data["actor"] or "",
        subject=data["subject"] or "",
        job=data["job"] or "",
        work=data["work"] or "",
        types=(data["type"],) if data["type"] else (),
        outcome=data["outcome"],
        sha256=data["sha256"],
        since=since,
        until=until,
        before_seq=data["before"],
        limit=limit,
    )


def _rows(page: audit.Page) -> list[TrailRow]:
    return [
        TrailRow(row, SEATS.get(row.actor_kind, row.actor_kind), "" if row.actor_kind == "system" else row.actor)
        for row in page.rows
    ]


def _order_of(request: HttpRequest) -> Order | None:
    key = request.session.get(_SESSION_KEY)
    return Order.objects.filter(pk=key, regulator=user_of(request)).first() if key else None


@require_GET
@role_required(Role.OFFICER, Role.ADMIN, Role.REGULATOR)
def trail(request: HttpRequest) -> HttpResponse:
    """Show the trail with its filters; a regulator's look is logged under the order before anything is shown."""
    order = None
    if user_of(request).role == Role.REGULATOR:
        order = _order_of(request)
        if order is None:
            return redirect("regulator")
    form = TrailForm(request.GET)
    context: dict[str, Any] = {"form": form, "order": order}
    if not form.is_valid():
        return render(request, "regulator/trail.html", context, status=400)
    page, asked = trail_page(form), form.asked()
    if order is not None:
        query_record(actor=actor_for(request.user), order=order, filters=asked, returned=len(page.rows))
    older = request.GET.copy()
    if page.next_before is not None:
        older["before"], older["size"] = str(page.next_before), str(page.size)
    context |= {
        "page": page,
        "rows": _rows(page),
        "older": older.urlencode(),
        "asked": asked,
        "asked_ids": bool({"job", "work", "actor", "subject", "sha256"} & asked.keys()),
        "size": page.size,
    }
    return render(request, "regulator/trail.html", context)


def _event_for(request: HttpRequest, event_id: str) -> audit.EventRow:
    """Return the event, after a regulator's look at it was logged.

    Raises:
        Http404: nobody recorded it.
        PermissionDenied: a regulator without an order.
    """
    row = audit.event(event_id)
    if row is None:
        raise Http404
    if user_of(request).role == Role.REGULATOR:
        order = _order_of(request)
        if order is None:
            raise PermissionDenied
        query_record(actor=actor_for(request.user), order=order, filters={"event": event_id}, returned=1)
    return row


@require_GET
@role_required(Role.OFFICER, Role.ADMIN, Role.REGULATOR)
def entry(request: HttpRequest, event_id: str) -> HttpResponse:
    """Show one event: who, what, when, the entry as the tree holds it, and its proof."""
    row = _event_for(request, event_id)
    text = ""
    if not row.pending and (signed := audit.latest_checkpoint()) and row.seq is not None and row.seq < signed.size:
        text = audit.proof_bundle(event_id)["entry"]
    context = {
        "row": TrailRow(row, SEATS.get(row.actor_kind, row.actor_kind), row.actor),
        "entry": text,
        **evidence.of_work(row.work),
    }
    return render(request, "regulator/entry.html", context)


@require_GET
@role_required(Role.OFFICER, Role.ADMIN, Role.REGULATOR)
def report(request: HttpRequest, event_id: str) -> JsonResponse:
    """Download the conformance report of the work that an event is about, with the request behind a missing label."""
    row = _event_for(request, event_id)
    found = evidence.report_of_work(row.work)
    if found is None:
        raise Http404
    return JsonResponse(
        found,
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        headers={
            "Content-Disposition": f'attachment; filename="report-{found["produce_id"]}.json"',
            "Cache-Control": "no-store",
        },
    )


@require_GET
@role_required(Role.OFFICER, Role.ADMIN, Role.REGULATOR)
def proof(request: HttpRequest, event_id: str) -> JsonResponse:
    """Download one event's offline proof, with the ids this seat may see disclosed."""
    row = _event_for(request, event_id)
    pointing = [name for name in ("actor", "subject", "job", "work") if getattr(row, name)]
    bundle = audit.proof_bundle(event_id, disclose=pointing)
    return JsonResponse(
        bundle,
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        headers={
            "Content-Disposition": f'attachment; filename="entry-{row.seq}.proof.json"',
            "Cache-Control": "no-store",
        },
    )


@require_http_methods(["GET", "POST"])
@role_required(Role.REGULATOR)
def order(request: HttpRequest) -> HttpResponse:
    """Enter the order that the following queries rest on."""
    user = user_of(request)
    form = OrderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = order_open(
            actor=actor_for(user), regulator=user, number=form.cleaned_data["number"], basis=form.cleaned_data["basis"]
        )
        request.session[_SESSION_KEY] = str(entered.pk)
        return redirect("trail")
    orders = Order.objects.filter(regulator=user).annotate(asked=Count("queries")).order_by("-opened_at")
    context = {"form": form, "orders": orders, "current": _order_of(request)}
    return render(request, "regulator/order.html", context, status=400 if form.errors else 200)
