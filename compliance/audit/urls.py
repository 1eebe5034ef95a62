"""The log's public addresses; /checkpoint and /tile/ are where c2sp.org/tlog-tiles clients look."""

from django.urls import URLPattern, URLResolver, path

from compliance.audit import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("checkpoint", views.checkpoint, name="audit_checkpoint"),
    path("tile/<str:level>/<path:path>", views.tile, name="audit_tile"),
    path("log/", views.log, name="audit_log"),
    path("log/vkey", views.vkey, name="audit_vkey"),
    path("log/hallmark-verify.py", views.verifier, name="audit_verifier"),
]
