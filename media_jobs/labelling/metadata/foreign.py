"""Which of a sound file's tags are labels, and which are somebody's personal data; the same for every container."""

import re

from media_jobs.labelling.aigc import MAX_JSON
from media_jobs.labelling.marks import Claim, Found

LABEL_KEY = "AIGC"
SOURCE_TYPE_KEY = "DIGITALSOURCETYPE"
_TELLING = "ContentProducer"
MAX_CLAIMS = 1000  # labels told of one file
# Where and with whose device something was recorded, and how to reach that person (PIPL Art. 6). Artists' and
# engineers' names stay: credits are meant to be read.
_PERSONAL_KEY = re.compile(
    r"GPS|GEO|LATITUDE|LONGITUDE|LOCATION|\bXYZ\b|SERIAL|OWNER|E-?MAIL|PHONE|ADDRESS|APID|ACCOUNT|PURCHASE",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,5}")
_POSITION = re.compile(r"^\s*[+-]\d{1,2}(\.\d+)?[+-]\d{1,3}(\.\d+)?([+-]\d+(\.\d+)?)?/?\s*$")  # ISO 6709


def claim(found: Found, place: str, text: str) -> None:
    """Add a label as it was found, cut to what a label can be; a file that holds thousands tells no more by it."""
    if len(found.claims) < MAX_CLAIMS:
        found.claims.append(Claim(place, text[:MAX_JSON]))


def is_label(key: str, value: str) -> bool:
    """The tag is an AIGC label: by its name (Annex E a), or because its value is one, whatever it is called."""
    return LABEL_KEY in key.upper() or _TELLING in value.replace("\0", "")


def is_source_type(key: str) -> bool:
    """The tag holds the IPTC digital source type."""
    return key.upper().replace("_", "").replace(" ", "").endswith(SOURCE_TYPE_KEY)


def is_personal(key: str, value: str) -> bool:
    """The tag says where, with whose device or at which address; it goes before a file is released."""
    return bool(_PERSONAL_KEY.search(key) or _MAIL.search(value[:100_000]) or _POSITION.match(value[:100]))
