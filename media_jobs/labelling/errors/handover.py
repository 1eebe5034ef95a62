"""Refusals of those who spread content (Labelling Measures Art. 6), and of the command line's inputs."""

from media_jobs.isolation.errors import gettext_noop

TEXTS: dict[str, tuple[str, str]] = {
    "label.disagree": (
        gettext_noop("The file carries AIGC labels that contradict each other (%(places)s)"),
        gettext_noop("Hold the file and ask its producer which label is right; nobody else may choose one"),
    ),
    "label.unreadable": (
        gettext_noop("The file carries an AIGC label that cannot be read (%(places)s)"),
        gettext_noop("Hold the file and ask its producer for a correctly labelled one"),
    ),
    "label.too_many": (
        gettext_noop("The file carries %(found)s AIGC labels or more; so many cannot be settled"),
        gettext_noop("Hold the file and ask its producer for a correctly labelled one"),
    ),
    "label.not_single": (
        gettext_noop("The rewritten file would still carry %(found)s AIGC labels (%(places)s)"),
        gettext_noop("Save the file anew in another program so that nothing stands behind its end, and try again"),
    ),
    "label.chain_without_key": (
        gettext_noop("Certificates without their key sign nothing"),
        gettext_noop("Give --key as well: the private key of the first certificate"),
    ),
    "label.bad_input_file": (
        gettext_noop("%(path)s cannot be read"),
        gettext_noop("Check that it exists, may be read, and is a text file"),
    ),
}
