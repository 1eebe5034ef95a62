"""allauth's log-in stages where the house differs."""

from typing import Any

from allauth.account.stages import EmailVerificationStage


class EmailStage(EmailVerificationStage):  # type: ignore[misc] # allauth ships no types
    """Mandatory for accounts that are reached by e-mail; not asked of those with a proven number.

    allauth makes e-mail verification mandatory for all or for nobody. Here an unproven address never opens anything:
    an account has a proven number, or a proven address, or cannot be entered.
    """

    def handle(self) -> tuple[Any, bool]:
        """Let accounts with a proven number pass."""
        if self.login.user is not None and self.login.user.phone_verified:
            return None, True
        response, go_on = super().handle()
        return response, go_on
