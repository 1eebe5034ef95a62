from django.urls import URLPattern, URLResolver, path

from compliance.regulator import api, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("trail/", views.trail, name="trail"),
    path("trail/<slug:event_id>/", views.entry, name="trail_entry"),
    path("trail/<slug:event_id>/proof.json", views.proof, name="trail_proof"),
    path("trail/<slug:event_id>/report.json", views.report, name="trail_report"),
    path("regulator/", views.order, name="regulator"),
    path("api/v1/events/", api.Events.as_view(), name="api_events"),
]
