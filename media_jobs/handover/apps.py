from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "media_jobs.handover"
    label = "handover"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from compliance.audit.actor import system
        from media_jobs.handover import events, export, services  # noqa: F401 - declares the room's events
        from media_jobs.pipeline import chores

        contribute("handovers", export.handovers_part)
        chores.contribute("handovers", lambda: services.expired_sweep(actor=system("handover")))
