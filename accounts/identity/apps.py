from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "accounts.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from accounts.identity import events, export  # noqa: F401 - declares the room's events

        contribute("identity", export.identity_part)
