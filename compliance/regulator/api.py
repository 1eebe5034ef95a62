"""The regulator's query API: the same filters as the screen, under an order, with a bearer token."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.people.actors import actor_for
from accounts.people.models import Role, User
from accounts.people.tokens import has_scope
from compliance.regulator import errors
from compliance.regulator.forms import TrailForm
from compliance.regulator.models import Order
from compliance.regulator.services import query_record
from compliance.regulator.views import trail_page


class IsRegulator(BasePermission):
    """Only regulators' accounts."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.role == Role.REGULATOR


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
    """GET /api/v1/regulator/events/?order=NUMBER&...: events of the log, newest first."""

    permission_classes = [IsRegulator, has_scope("regulator:query")]

    @extend_schema(
        parameters=[
            OpenApiParameter("order", str, required=True),
            *(OpenApiParameter(name, str) for name in TrailForm.base_fields),
        ],
        responses=PageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Answer one query, logged under the order before it is shown.

        Raises:
            DomainError: regulator.order_required, regulator.bad_filter.
        """
        number = request.query_params.get("order", "").strip()
        order = Order.objects.filter(regulator=request.user.pk, number=number).first()
        if order is None:
            raise errors.order_required()
        form = TrailForm(request.query_params)
        if not form.is_valid():
            raise errors.bad_filter(next(iter(form.errors)))
        page = trail_page(form)
        query_record(actor=actor_for(request.user), order=order, filters=form.asked(), returned=len(page.rows))
        return Response(PageSerializer(page).data)
