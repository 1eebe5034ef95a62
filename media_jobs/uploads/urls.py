from django.urls import URLPattern, URLResolver, path

from media_jobs.uploads import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("uploads/<uuid:upload_id>/thumb/", views.thumb, name="upload_thumb"),
]
