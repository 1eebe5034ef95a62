"""Refusals about documents: plain text, Markdown, HTML, Office Open XML, PDF."""

from media_jobs.isolation.errors import gettext_noop

_RESAVE = gettext_noop("Open it in the program that made it, save it anew, and try again")

TEXTS: dict[str, tuple[str, str]] = {
    "text.encoding": (
        gettext_noop("The characters of this text cannot be told: it is neither UTF-8, UTF-16 nor GB 18030"),
        gettext_noop("Save the text as UTF-8 and try again"),
    ),
    "text.too_long": (
        gettext_noop("The text has %(characters)s characters; at most %(max_characters)s are accepted"),
        gettext_noop("Split it into several files"),
    ),
    "text.label_not_a_line": (
        gettext_noop("The label of a text must be one line of printable characters, at most 200 of them"),
        gettext_noop("Use for example: AI生成"),
    ),
    "text.label_not_in_encoding": (
        gettext_noop("The label's words cannot be written in the encoding of this text, %(encoding)s"),
        gettext_noop("Save the text as UTF-8 and try again"),
    ),
    "text.unclosed": (
        gettext_noop("The document ends inside %(what)s, which would swallow the label"),
        gettext_noop("Close it and try again"),
    ),
    "text.front_matter": (
        gettext_noop("The document's head is no YAML block mapping, so the label cannot be added to it"),
        gettext_noop("Write the front matter as YAML, one key a line, between two lines of three hyphens"),
    ),
    "text.frameset": (
        gettext_noop("The page is a frameset: it has no body that a label could stand in"),
        gettext_noop("Label the pages that it shows"),
    ),
    "text.label_elsewhere": (
        gettext_noop("The file carries its AIGC label also in a place where it cannot be replaced: %(place)s"),
        gettext_noop("Take the original from before it was labelled"),
    ),
    "text.unsafe_package": (
        gettext_noop("The document's ZIP package is not one that an office program writes: %(what)s"),
        _RESAVE,
    ),
    "text.too_much": (
        gettext_noop("The document unpacks to far more than its content can need"),
        _RESAVE,
    ),
    "text.macros": (
        gettext_noop("The document carries macros"),
        gettext_noop("Save it without macros, as DOCX, PPTX or XLSX"),
    ),
    "text.signed": (
        gettext_noop("The document is signed; a label would break the signature"),
        gettext_noop("Label the document first and sign it afterwards"),
    ),
    "text.encrypted": (
        gettext_noop("The document is encrypted or protected by a password"),
        gettext_noop("Save it without protection and try again"),
    ),
    "text.spreadsheet": (
        gettext_noop("A worksheet has no first and last line that a label could take without moving cells"),
        gettext_noop("Save what people read as PDF and label that"),
    ),
    "text.no_pages": (
        gettext_noop("The document has no page or slide that people see"),
        gettext_noop("Add one, or choose another file"),
    ),
    "text.too_many_pages": (
        gettext_noop("The document has %(pages)s pages; at most %(max_pages)s are accepted"),
        gettext_noop("Split it into several files"),
    ),
    "text.xfa": (
        gettext_noop("The PDF is an XFA form, whose pages are made only when it is opened"),
        gettext_noop("Print it to a PDF and label that"),
    ),
    "text.page_too_small": (
        gettext_noop("The label does not fit on a page of %(width)s × %(height)s points"),
        gettext_noop("Use a larger page or a shorter label text"),
    ),
}
