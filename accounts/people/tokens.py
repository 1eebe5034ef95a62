"""Bearer tokens for the JSON API: Authorization: Bearer hm_..."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.people.models import ApiToken, User
from accounts.people.services.tokens import hash_of

if TYPE_CHECKING:  # rest_framework.views reads the settings, which name this module
    from rest_framework.views import APIView

USED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """Who a bearer token belongs to; request.auth is the ApiToken."""

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return account and token; None when the request carries no bearer token.

        Raises:
            AuthenticationFailed: unknown, revoked or expired, or its account is closed (all alike: 401).
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed
        now = timezone.now()
        token = (
            ApiToken.objects.select_related("user")
            .filter(
                token_hash=hash_of(parts[1].decode("ascii", "replace")),
                revoked_at__isnull=True,
                expires_at__gt=now,
                user__is_active=True,
            )
            .first()
        )
        if token is None:
            raise AuthenticationFailed
        if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme for WWW-Authenticate, which makes DRF answer 401 rather than 403."""
        return "Bearer"


def has_scope(scope: str) -> type[BasePermission]:
    """Return a permission class: signed-in accounts, and tokens that carry the scope."""

    class HasScope(BasePermission):
        def has_permission(self, request: Request, view: "APIView") -> bool:
            if not request.user or not request.user.is_authenticated:
                return False
            return not isinstance(request.auth, ApiToken) or scope in request.auth.scopes

    return HasScope


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = "accounts.people.tokens.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer"}
