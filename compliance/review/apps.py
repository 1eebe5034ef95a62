from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "compliance.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from compliance.review import events  # noqa: F401 - declares the room's events
