"""The addresses of this room: /c/ for the people asked (short, it stands in messages), /consent/ for the asker."""

from django.urls import URLPattern, URLResolver, path, re_path

from compliance.consent.views import decision, editor, link, manage

app_name = "consent"

_RECEIPT = r"^c/receipt/(?P<receipt_no>[0-9A-Z-]{8,24})"

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/manage/", manage.manage, name="manage"),
    path("c/manage/leave/", manage.leave, name="leave"),
    path("c/manage/silences/<int:pk>/lift/", manage.unsilence, name="unsilence"),
    path("c/code/", link.code, name="code"),
    path("c/code/again/", link.code_again, name="code_again"),
    path("c/request/<uuid:request_id>/", decision.decide, name="request"),
    path("c/request/<uuid:request_id>/picture/<uuid:person_id>/", decision.picture, name="picture"),
    re_path(_RECEIPT + r"/$", manage.receipt, name="receipt"),
    re_path(_RECEIPT + r"\.json$", manage.receipt_json, name="receipt_json"),
    re_path(_RECEIPT + r"/revoke/$", manage.revoke, name="revoke"),
    re_path(r"^c/(?P<token>[A-Za-z0-9_-]{20,64})/$", link.link, name="link"),
    path("consent/uploads/<uuid:upload_id>/people/", editor.person_add, name="person_add"),
    path("consent/people/<uuid:person_id>/remove/", editor.person_remove, name="person_remove"),
    path("consent/jobs/<uuid:job_id>/ask/", editor.ask_set, name="ask_set"),
    path("consent/jobs/<uuid:job_id>/rows/", editor.rows, name="rows"),
]
