"""The texts a submitter acknowledges, each version named by the hash of exactly what was shown."""

from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

# Provisions Art. 8: conspicuously remind users of their information-security duties.
REMINDER = gettext_noop(
    "You answer for what you make here. Do not make or spread anything the law forbids, no fake news, nothing that "
    "harms the nation, the public or somebody's rights. Do not remove, change or hide the labels of the result, and "
    "declare it as synthetic when you publish it."
)
# Provisions Art. 14: prompt the user to inform the edited individual and to obtain the separate consent.
INFORM = gettext_noop(
    "Whoever edits a face or a voice must tell the person concerned and have that person's separate consent. Tell "
    "everybody you named here that a question from this platform will reach them, what the result is for and where it "
    "will be seen."
)
# Labelling Measures Art. 9: the agreement makes the user's own labelling duty and responsibility clear.
DUTY = gettext_noop(
    "I receive this file without a visible or audible label. Whoever publishes it must label it as synthetic by law, "
    "and I do so before anybody else sees or hears it. The label in the file's metadata stays; I do not remove it. The "
    "provider records that I received the file and keeps that for at least six months."
)


def version(text: str) -> str:
    """Return the SHA-256 of the text as it reads in the language in use."""
    return sha256(gettext(text).encode("utf-8")).hexdigest()


def is_current(text: str, claimed: str) -> bool:
    """Return whether `claimed` names the present wording in one of the languages it is shown in."""
    found = False
    for code, _name in settings.LANGUAGES:
        with override(code):
            found = found or version(text) == claimed
    return found
