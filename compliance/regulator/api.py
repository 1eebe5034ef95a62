"""The query API: the same filters as the screen, with a bearer token; a regulator's queries name their order."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.people.actors import actor_for
from accounts.people.models import Role, User
from accounts.people.services.tokens import TRAIL_READ
from accounts.people.tokens import has_scope
from compliance.regulator import errors
from compliance.regulator.forms import TrailForm
from compliance.regulator.models import Order
from compliance.regulator.services import query_record
from compliance.regulator.views import trail_page


class ReadsTrail(BasePermission):
    """Compliance officers and regulators."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.role in (Role.OFFICER, Role.REGULATOR)


class EventSerializer(serializers.Serializer[object]):
    """One event as the seat may see it: pseudonymous ids, no names."""

    seq = serializers.IntegerField()
    event_id = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    type = serializers.CharField()
    sentence = serializers.CharField()
    actor_kind = serializers.CharField()
    actor = serializers.CharField()
    subject = serializers.CharField()
    job = serializers.CharField()
    work = serializers.CharField()
    outcome = serializers.CharField()
    public = serializers.DictField()


class PageSerializer(serializers.Serializer[object]):
    """A page; pass `size` and `next_before` (as `before`) to turn it."""

    size = serializers.IntegerField()
    next_before = serializers.IntegerField(allow_null=True)
    rows = EventSerializer(many=True)


class Events(APIView):
    """GET /api/v1/events/?order=NUMBER&...: events of the log, newest first."""

    permission_classes = [ReadsTrail, has_scope(TRAIL_READ)]

    @extend_schema(
        parameters=[
            OpenApiParameter("order", str),
            *(OpenApiParameter(name, str) for name in TrailForm.base_fields),
        ],
        responses=PageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Answer one query; a regulator's is logged under the order before it is shown.

        Raises:
            DomainError: regulator.order_required, regulator.bad_filter.
        """
        form = TrailForm(request.query_params)
        if not form.is_valid():
            raise errors.bad_filter(next(iter(form.errors)))
        order = self._order(request)
        page = trail_page(form)
        if order is not None:
            query_record(actor=actor_for(request.user), order=order, filters=form.asked(), returned=len(page.rows))
        return Response(PageSerializer(page).data)

    def _order(self, request: Request) -> Order | None:
        if not isinstance(request.user, User) or request.user.role != Role.REGULATOR:
            return None
        number = request.query_params.get("order", "").strip()
        order = Order.objects.filter(regulator=request.user.pk, number=number).first()
        if order is None:
            raise errors.order_required()
        return order
