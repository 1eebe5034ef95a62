"""Sessions are sealed: allauth keeps number, address and code in them, and Django's own format is readable base64."""

import json
from typing import Any

from accounts.vault.fields import seal_text, unseal_text

AAD = "people.session"


class VaultSessionSerializer:
    """SESSION_SERIALIZER: JSON, then AES-256-GCM. Django signs and encodes what comes out."""

    def dumps(self, obj: Any) -> bytes:
        """Return the sealed session."""
        return seal_text(json.dumps(obj, separators=(",", ":")), aad=AAD).encode("ascii")

    def loads(self, data: bytes) -> Any:
        """Return the session; one that does not open (another key, a changed bit) makes Django start a new one."""
        return json.loads(unseal_text(data.decode("ascii"), aad=AAD))
