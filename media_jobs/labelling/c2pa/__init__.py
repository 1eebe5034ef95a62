"""C2PA manifests: signed last, read bounded and offline. The only package that knows the C2PA library."""

from media_jobs.labelling.c2pa.chain import Identity, development
from media_jobs.labelling.c2pa.facts import Facts, Watermark, salted
from media_jobs.labelling.c2pa.library import EMBEDDED
from media_jobs.labelling.c2pa.read import read_file
from media_jobs.labelling.c2pa.write import sign_file

__all__ = ["EMBEDDED", "Facts", "Identity", "Watermark", "development", "read_file", "salted", "sign_file"]
