from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "accounts.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.identity import events, export  # noqa: F401 - declares the room's events
        from accounts.people.export import contribute

        contribute("identity", export.identity_part)
