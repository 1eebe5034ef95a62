"""IPTC digital source types: where content comes from, as a full address (`Iptc4xmpExt:DigitalSourceType`)."""

import re

from media_jobs.labelling.errors import media_error

_BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED_ALGORITHMIC_MEDIA = _BASE + "trainedAlgorithmicMedia"
COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = _BASE + "compositeWithTrainedAlgorithmicMedia"
ALGORITHMICALLY_ENHANCED = _BASE + "algorithmicallyEnhanced"
COMPOSITE_SYNTHETIC = _BASE + "compositeSynthetic"
ALGORITHMIC_MEDIA = _BASE + "algorithmicMedia"


def checked(uri: str) -> str:
    """`uri` when it is a full IPTC address.

    Raises:
        MediaError: label.bad_source_type.
    """
    if not re.fullmatch(re.escape(_BASE) + "[A-Za-z]{3,64}", uri):
        raise media_error("label.bad_source_type", value=uri[:100])
    return uri
