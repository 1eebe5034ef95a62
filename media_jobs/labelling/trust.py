"""Child side: is the label's signature intact, and its signer known?"""

from pathlib import Path
from typing import Any

from media_jobs.labelling import containers
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import carrier


def signatures(path: Path, *, name: str, values: dict[str, str], keys: str) -> dict[str, Any]:
    """The verdicts over both ReservedCodes.

    Args:
        path, name: the file, for the digest of its media.
        values: the label's seven values.
        keys: text of an aigc-keys.json, or "" to believe nobody.

    Returns:
        roles: {"producer": signing.Verdict.as_json(), "propagator": ...}; digest: "" or the code of what kept the
        media from being digested.

    Raises:
        MediaError: signing.bad_key_file.
    """
    from media_jobs.labelling import signing  # brings cryptography, which most readings do not need

    trusted = signing.KeySet.from_json(keys) if keys else signing.KeySet()
    try:
        content, trouble = carrier(containers.recognise(path, name=name)).content(path), ""
    except MediaError as error:
        content, trouble = None, error.code
    verdicts = signing.verify_all(AigcLabel.from_values(values), content, trusted)
    return {"roles": {role: verdict.as_json() for role, verdict in verdicts.items()}, "digest": trouble}
