from django.urls import URLPattern, URLResolver, path

from compliance.review.views import holds, unlabelled

_REQUEST = "officer/unlabelled/<uuid:unlabelled_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("officer/holds/", holds.holds, name="holds"),
    path("officer/holds/<uuid:hold_id>/", holds.hold, name="hold"),
    path("officer/holds/<uuid:hold_id>/release/", holds.hold_release, name="hold_release"),
    path("officer/holds/<uuid:hold_id>/reject/", holds.hold_reject, name="hold_reject"),
    path("officer/holds/<uuid:hold_id>/ask/", holds.hold_ask, name="hold_ask"),
    path("officer/unlabelled/", unlabelled.requests, name="unlabelled_requests"),
    path(_REQUEST, unlabelled.request_page, name="unlabelled_request"),
    path(_REQUEST + "approve/", unlabelled.approve, name="unlabelled_approve"),
    path(_REQUEST + "refuse/", unlabelled.refuse, name="unlabelled_refuse"),
]
