from django.apps import AppConfig


class VerifyConfig(AppConfig):
    name = "media_jobs.verify"
    label = "verify"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from media_jobs.verify import events  # noqa: F401 - declares the room's events
