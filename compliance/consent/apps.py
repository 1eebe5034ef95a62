from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "compliance.consent"
    label = "consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from compliance.consent import events, export  # noqa: F401 - declares the events

        contribute("consent", export.consent_part)
