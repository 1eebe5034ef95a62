from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "media_jobs.pipeline"
    label = "pipeline"
    default_auto_field = "django.db.models.BigAutoField"
