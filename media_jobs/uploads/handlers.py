"""Files are limited while they stream in, before anything else of the request is looked at."""

from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from media_jobs.uploads import errors

_MARK = "_hallmark_file_too_large"


class LimitHandler(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: drops a file as soon as it is longer than UPLOAD_MAX_BYTES.

    The rest of the form is still read, so that the answer can be a page that says what was wrong.
    """

    seen = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count anew for each file of the form."""
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on to the next handler, or drop the file."""
        self.seen += len(raw_data)
        if self.seen > settings.UPLOAD_MAX_BYTES:
            setattr(self.request, _MARK, True)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the making of the file object to the handlers behind."""


def file_from(request: HttpRequest, name: str = "file") -> File[bytes]:
    """Return the file of a form.

    Raises:
        DomainError: uploads.too_large (413), uploads.missing (400).
    """
    file = request.FILES.get(name)
    if file is not None and not isinstance(file, list):
        return file
    if getattr(request, _MARK, False):
        raise errors.too_many_bytes(settings.UPLOAD_MAX_BYTES)
    raise errors.missing()
