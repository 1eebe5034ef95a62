"""What a file by itself, without its original, shows of conformity: label rules, and the explicit label per medium."""

from media_jobs.labelling.conformance import texts  # noqa: F401 - importing it fills the catalogue of findings
