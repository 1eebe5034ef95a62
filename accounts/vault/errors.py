"""What the vault refuses, each with a stable code. It never says what was inside."""


class VaultError(Exception):
    """A value cannot be sealed or opened.

    Args:
        code: `vault.reason`, stable.
        message: what happened, in English, without the value.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class KeyringError(VaultError):
    """The configured keys are unusable."""


class UnknownKeyError(VaultError):
    """The value was sealed with a key that this keyring does not hold."""


class TamperedError(VaultError):
    """The value, its key id or its associated data is not what was sealed: fail closed."""
