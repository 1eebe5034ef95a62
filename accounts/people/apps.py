from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "accounts.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.account.models import EmailAddress

        from accounts.people import events, export  # noqa: F401 - registers the room's events
        from accounts.vault.fields import SealedEmailField

        # The library's only clear column of personal data is sealed; docs/adr/0004-vault.md says why like this.
        EmailAddress._meta.get_field("email").__class__ = SealedEmailField
        export.contribute("account", export.account_part)
