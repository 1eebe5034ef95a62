"""One way for page and API: limit, receive, answer, count, forget."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.http import HttpRequest

from accounts.people import ratelimit
from accounts.people.network import client_address, network_of
from media_jobs.uploads import store
from media_jobs.uploads.handlers import file_from
from media_jobs.verify import selectors, services
from media_jobs.verify.answers import Answers
from media_jobs.verify.errors import unknown_number

# A network's burst, and the seconds in which it comes back.
FILES = (30, 600)
NUMBERS = (60, 600)


def check_file(request: HttpRequest) -> Answers:
    """Answer about the request's file and forget it; the limit is taken before the form is read.

    Raises:
        DomainError: people.rate_limited, uploads.missing, uploads.too_large, media.empty.
    """
    ratelimit.take(name="verify.file", key=_network(request), capacity=FILES[0], per_seconds=FILES[1])
    file = file_from(request)
    answers = _answer(file.chunks(), name=store.display_name(file.name or ""))
    services.answer_count(answer=answers.released.code)
    return answers


def check_number(request: HttpRequest, produce_id: str) -> Answers:
    """Answer about a content number.

    Raises:
        DomainError: people.rate_limited, verify.unknown_number (404).
    """
    ratelimit.take(name="verify.number", key=_network(request), capacity=NUMBERS[0], per_seconds=NUMBERS[1])
    answers = selectors.answers_for_number(produce_id)
    if answers is None:
        raise unknown_number()
    return answers


def _network(request: HttpRequest) -> str:
    return network_of(client_address(request)) or "unknown"


def _answer(chunks: Iterable[bytes], *, name: str) -> Answers:
    received = store.receive(chunks, store.incoming_folder(), limit=settings.UPLOAD_MAX_BYTES)
    try:
        with TemporaryDirectory(dir=received.path.parent) as folder:
            inside = selectors.inside_of(received.path, Path(folder))
            if inside is not None:
                return selectors.answers_for_parcel(inside)
        return selectors.answers_for_file(received.path, sha256=received.sha256, size=received.size, name=name)
    finally:
        received.path.unlink(missing_ok=True)
