from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "media_jobs.uploads"
    label = "uploads"
    default_auto_field = "django.db.models.BigAutoField"
