from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "compliance.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people.export import contribute
        from compliance.review import events, export  # noqa: F401 - declares the room's events

        contribute("review", export.review_part)
        contribute("unlabelled", export.unlabelled_part)
