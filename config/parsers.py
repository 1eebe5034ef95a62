"""JSON from clients: the framework's own parser answers 500 to text that is nested deeper than Python recurses.

Its length is held to DATA_UPLOAD_MAX_MEMORY_SIZE by Django.
"""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class BoundedJSONParser(parsers.JSONParser):
    """The API's parser for JSON; nesting that breaks the decoder is a bad request like any other."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the parsed body.

        Raises:
            ParseError: 400, not JSON, or nested too deeply.
        """
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error
