from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "media_jobs.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
