from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "media_jobs.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from media_jobs.jobs import events, export  # noqa: F401 - declares the room's events

        contribute("jobs", export.jobs_part)
