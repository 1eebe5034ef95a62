from django.urls import URLPattern, URLResolver, path

from media_jobs.handover import api, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("handovers/", views.handovers, name="handovers"),
    path("handovers/<uuid:handover_id>/", views.handover, name="handover"),
    path("handovers/<uuid:handover_id>/file/", views.handover_file, name="handover_file"),
    path("handovers/<uuid:handover_id>/sidecar/", views.handover_sidecar, name="handover_sidecar"),
    path("api/v1/handovers/", api.HandoversApi.as_view(), name="api_handovers"),
    path("api/v1/handovers/<uuid:handover_id>/", api.HandoverApi.as_view(), name="api_handover"),
    path("api/v1/handovers/<uuid:handover_id>/file/", api.HandoverFileApi.as_view(), name="api_handover_file"),
]
