from django.apps import AppConfig


class RegulatorConfig(AppConfig):
    name = "compliance.regulator"
    label = "regulator"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from compliance.regulator import events  # noqa: F401 - declares this room's events
