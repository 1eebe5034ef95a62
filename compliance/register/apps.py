from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "compliance.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from compliance.register import events, export  # noqa: F401 - declares the room's events

        contribute("accepted_texts", export.texts_part)
