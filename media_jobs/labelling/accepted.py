"""Which containers this installation labels: those whose medium has a labeller and whose metadata can be written."""

from collections.abc import Iterable

from media_jobs.labelling import labellers, metadata
from media_jobs.labelling.containers import CONTAINERS, Container, Medium


def accepted(media: Iterable[Medium] = tuple(Medium)) -> tuple[Container, ...]:
    """The containers of these media that can be labelled here, in the table's order."""
    wanted = frozenset(media)
    return tuple(
        one
        for one in CONTAINERS.values()
        if one.medium in wanted
        and one.medium in labellers.media()
        and one.name in metadata.containers()
        and one.writable
        and one.visible
    )
