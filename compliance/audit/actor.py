"""Who did it, as a frozen value: no foreign key, so that history survives the deletion of an account."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["user", "staff", "officer", "regulator", "admin", "subject", "anonymous", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer of one event.

    Args:
        kind: the seat the person acted from.
        id: pseudonymous id (account or subject UUID), "" for anonymous, the process's name for system.
    """

    kind: ActorKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


ANONYMOUS = Actor("anonymous", "")


def system(process: str) -> Actor:
    """Return the actor for something no person did, for example the sweeper."""
    return Actor("system", process)
