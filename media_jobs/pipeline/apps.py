from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "media_jobs.pipeline"
    label = "pipeline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from media_jobs.pipeline import events  # noqa: F401 - declares the room's events
