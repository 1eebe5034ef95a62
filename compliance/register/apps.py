from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "compliance.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from compliance.register import events  # noqa: F401 - declares the room's events
