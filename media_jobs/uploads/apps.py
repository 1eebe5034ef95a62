from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "media_jobs.uploads"
    label = "uploads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from media_jobs.uploads import events, export  # noqa: F401 - declares the room's events

        contribute("uploads", export.uploads_part)
