"""Refusals that survive the way from a child process to its parent with code, text and parameters intact."""


def gettext_noop(message: str) -> str:
    """Mark a message for the catalogue; whoever shows it translates it."""
    return message


class PortableError(Exception):
    """A refusal with a stable code that crosses the process border unchanged.

    Subclasses that come back from a child live in `media_jobs.<room>.errors`, so that the parent knows where to look
    and a hijacked child cannot make it import anything else.

    Args:
        code: `room.reason`, stable, shown to people.
        message: what happened, English msgid; %(name)s placeholders are filled from params.
        params: JSON-able values for the placeholders; never personal data.
        way_out: what the person can do now, English msgid, or "".
    """

    def __init__(self, code: str, message: str, params: dict[str, object] | None = None, *, way_out: str = "") -> None:
        self.code = code
        self.message = message
        self.way_out = way_out
        self.params = dict(params or {})
        super().__init__(code)

    def __str__(self) -> str:
        """The English sentence with its parameters filled in, preceded by the code."""
        return f"{self.code}: {fill(self.message, self.params)}"


class IsolationError(PortableError):
    """The child gave no answer: it ran out of time or memory, crashed, or failed.

    Codes: isolation.timeout, isolation.memory, isolation.crashed, isolation.failed.

    Attributes:
        detail: bounded tail of the child's standard error, for the operator's log only.
    """

    detail: str = ""


def fill(message: str, params: dict[str, object]) -> str:
    """`message` with its %(name)s placeholders filled; a message without parameters keeps its percent signs."""
    return message % params if params else message


_TEXTS: dict[str, tuple[str, str]] = {
    "isolation.timeout": (
        gettext_noop("Processing this file took longer than allowed and was stopped"),
        gettext_noop("Try a smaller file; if it happens again, save the file anew in another program first"),
    ),
    "isolation.memory": (
        gettext_noop("Processing this file needs more memory than allowed"),
        gettext_noop("Try a file with fewer pixels"),
    ),
    "isolation.crashed": (
        gettext_noop("The program that reads this file broke down; the file is probably damaged"),
        gettext_noop("Save the file anew in another program and try again"),
    ),
    "isolation.failed": (
        gettext_noop("This file could not be processed"),
        gettext_noop("Try again; if it happens again, tell the operator when it happened"),
    ),
}


def isolation_error(code: str, *, detail: str = "", params: dict[str, object] | None = None) -> IsolationError:
    """The IsolationError for one of the four codes, with its catalogue texts."""
    message, way_out = _TEXTS[code]
    error = IsolationError(code, message, params, way_out=way_out)
    error.detail = detail
    return error
