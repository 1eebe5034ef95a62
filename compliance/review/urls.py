from django.urls import URLPattern, URLResolver, path

from compliance.review import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("officer/holds/", views.holds, name="holds"),
    path("officer/holds/<uuid:hold_id>/", views.hold, name="hold"),
    path("officer/holds/<uuid:hold_id>/release/", views.hold_release, name="hold_release"),
    path("officer/holds/<uuid:hold_id>/reject/", views.hold_reject, name="hold_reject"),
    path("officer/holds/<uuid:hold_id>/ask/", views.hold_ask, name="hold_ask"),
]
