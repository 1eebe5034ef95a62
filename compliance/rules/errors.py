"""The one shape of a refusal: a stable code, what happened, and the way out; rendered in the reader's language."""


def gettext_noop(message: str) -> str:
    """Mark a message for the catalogue; the middleware translates it when somebody reads it."""
    return message


class DomainError(Exception):
    """A request that the house refuses, with a stable code.

    Args:
        code: `room.reason`, never reused, shown to people and returned by the API.
        message: what happened, in English, marked with gettext_noop.
        way_out: what the person can do now, in English, marked with gettext_noop.
        status: HTTP status to answer with.
        params: values for %(name)s placeholders in message and way_out; never personal data.
    """

    def __init__(
        self, code: str, message: str, way_out: str = "", *, status: int = 400, params: dict[str, object] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.way_out = way_out
        self.status = status
        self.params = params or {}
