"""The public page for programs: the same answers as JSON, without an account or a key."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from media_jobs.verify import checking, presenting


class VerifyFileApi(APIView):
    """Public: POST a file as multipart field `file`; nothing of it is kept."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (MultiPartParser, FormParser)

    @extend_schema(
        request={
            "multipart/form-data": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        },
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        """Answer what the file is."""
        return _answer(presenting.as_json(checking.check_file(_plain(request))))


class VerifyNumberApi(APIView):
    """Public: GET what was released with a content number; 410 when it was withdrawn."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, produce_id: str) -> Response:
        """Answer what the number stands for."""
        answers = checking.check_number(_plain(request), produce_id)
        status = 410 if answers.released.code == "withdrawn" else 200
        return _answer(presenting.as_json(answers), status=status)


def _plain(request: Request) -> HttpRequest:
    return request._request


def _answer(body: dict[str, Any], *, status: int = 200) -> Response:
    return Response(body, status=status, headers={"Cache-Control": "no-store"})
