"""Files are limited while they stream in, before anything else of the request is looked at."""

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from media_jobs.uploads import errors

_MARK = "_hallmark_file_too_large"


class LimitHandler(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: drops files as soon as a form's files together are longer than UPLOAD_MAX_BYTES.

    The rest of the form is still read, so that the answer can be a page that says what was wrong; whoever goes on
    sending past twice the limit is cut off. The count is the whole form's: it is read before anybody is asked who
    they are (CSRF stands in it), so a hundred files of the permitted size each would fill the disk.
    """

    seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on to the next handler, drop the file, or stop listening."""
        self.seen += len(raw_data)
        if self.seen > settings.UPLOAD_MAX_BYTES:
            setattr(self.request, _MARK, True)
            if self.seen > 2 * settings.UPLOAD_MAX_BYTES:
                raise StopUpload(connection_reset=True)
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
