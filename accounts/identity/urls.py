from django.urls import URLPattern, URLResolver, path

from accounts.identity import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("identity/", views.home, name="identity"),
    path("identity/mobile/send/", views.mobile_send, name="identity_mobile_send"),
    path("identity/attempts/<uuid:verification_id>/", views.result, name="identity_result"),
    path("identity/<slug:key>/", views.channel, name="identity_channel"),
]
