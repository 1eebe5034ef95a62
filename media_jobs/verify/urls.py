from django.urls import URLPattern, URLResolver, path, register_converter

from media_jobs.verify import api, views
from media_jobs.verify.forms import NUMBER


class NumberConverter:
    """A content number in an address."""

    regex = NUMBER

    def to_python(self, value: str) -> str:
        """Return the number as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Return the number as it stands."""
        return value


register_converter(NumberConverter, "produceid")

urlpatterns: list[URLPattern | URLResolver] = [
    path(".well-known/aigc-keys.json", views.aigc_keys, name="aigc_keys"),
    path("verify/", views.verify, name="verify"),
    path("verify/<produceid:produce_id>/", views.number, name="verify_number"),
    path("verify/<produceid:produce_id>/proof.json", views.proof, name="verify_proof"),
    path("api/v1/verify/", api.VerifyFileApi.as_view(), name="api_verify"),
    path("api/v1/verify/<produceid:produce_id>/", api.VerifyNumberApi.as_view(), name="api_verify_number"),
]
