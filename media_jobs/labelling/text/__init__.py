"""Documents: the explicit label as first and last line, slide box or page line (GB 45438-2025 5.1, brief D5).

The rest of a document stays as it is, byte for byte where the format allows: the text around the lines, the other parts
of an office package, the content of other PDF pages. What names a person who did not ask for it goes: who saved last,
company, manager, paths of templates, previews of the unlabelled first page. Title, subject, keywords, author and the
authors of comments and tracked changes are what a document says of itself and stay, as the artist of a picture does.
"""

from media_jobs.labelling.text.label import put
from media_jobs.labelling.text.probe import probe

__all__ = ["probe", "put"]
