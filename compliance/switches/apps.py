from django.apps import AppConfig


class SwitchesConfig(AppConfig):
    name = "compliance.switches"
    label = "switches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from compliance.switches import events  # noqa: F401 - declares the room's events
