from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "media_jobs.handover"
    label = "handover"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from media_jobs.handover import events, export  # noqa: F401 - declares the room's events

        contribute("handovers", export.handovers_part)
