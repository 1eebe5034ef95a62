"""The words of the four answers, code by code. `tone` colours an answer: ok, wait, stop or "" (nothing to report).

Green ("ok") is kept for what something outside the file confirms: our record of its exact bytes, the signed log.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """One answer in words.

    Args:
        tone: ok, wait, stop or "".
        reply: the answer in one sentence.
        text: what it rests on, in one or two sentences.
    """

    tone: str
    reply: Text
    text: Text


# The page's headline: what the four answers come to. By answer 2 where it decides, else by answer 1.
HEADLINES: dict[str, tuple[Text, Text]] = {
    "released": (
        _("AI-generated or synthesised, and released by us"),
        _("We recognise every byte of this file."),
    ),
    "withdrawn": (
        _("AI-generated or synthesised, released by us and withdrawn"),
        _("Please do not use it or pass it on."),
    ),
    "same_content": (
        _("AI-generated or synthesised, and released by us"),
        _("Label and content are as we signed them; the file around them was changed."),
    ),
    "same_withdrawn": (
        _("AI-generated or synthesised, released by us and withdrawn"),
        _("Please do not use it or pass it on."),
    ),
    "altered": (
        _("Not the file we released, though it carries our number"),
        _("Trust neither the content nor the label in it."),
    ),
    "never_issued": (
        _("It claims to be from us, and it is not"),
        _("Trust neither the content nor the label in it."),
    ),
    "is": (
        _("It says of itself that it is AI-generated or synthesised"),
        _("Somebody else's label says so; we cannot confirm who wrote it."),
    ),
    "may_be": (
        _("It says of itself that it may be AI-generated or synthesised"),
        _("Somebody else's label says so; we cannot confirm who wrote it."),
    ),
    "suspected": (
        _("Suspected to be AI-generated or synthesised"),
        _("There is a trace of generation in the file; we cannot confirm who left it."),
    ),
    "broken_label": (
        _("It carries a label that nobody can read"),
        _("That it was ever generated cannot be concluded from this."),
    ),
    "no_label": (
        _("No label, and no record of ours"),
        _("That does not mean it is genuine, nor that it is synthetic."),
    ),
    "damaged": (
        _("The file is damaged; little can be said about it"),
        _("That does not mean it is genuine, nor that it is synthetic."),
    ),
    "unreadable": (
        _("Little can be said about a file of this kind"),
        _("That does not mean it is genuine, nor that it is synthetic."),
    ),
}

# The seal beside the headline: the legal core word itself, or an empty frame.
STAMPS = {"is": "属于", "may_be": "可能", "suspected": "疑似"}

# IPTC digital source types, by the last part of their address.
SOURCE_TYPES: dict[str, Text] = {
    "trainedAlgorithmicMedia": _("made by a trained model"),
    "compositeWithTrainedAlgorithmicMedia": _("composed, with parts made by a trained model"),
    "algorithmicMedia": _("made by a program"),
    "compositeSynthetic": _("composed, with synthetic parts"),
}

# Answer 1. The legal core words of Labelling Measures Art. 6: 属于, 可能为, 疑似.
SAID: dict[str, Words] = {
    "is": Words(
        "stop",
        _("It says of itself: this is AI-generated or synthesised content."),
        _("An AIGC label stands in the file's metadata, as the Labelling Measures require."),
    ),
    "may_be": Words(
        "wait",
        _("It says of itself: this may be AI-generated or synthesised content."),
        _("Somebody who published it declared it as such; a label in the metadata repeats the declaration."),
    ),
    "suspected": Words(
        "wait",
        _("It is suspected to be AI-generated or synthesised content."),
        _("No producer says so with a label, but the file carries a trace of generation."),
    ),
    "broken_label": Words(
        "wait",
        _("It carries an AIGC label that cannot be read."),
        _("The label is damaged or does not follow the standard, so it says nothing reliable."),
    ),
    "no_label": Words(
        "",
        _("No label found."),
        _("That does not mean it is genuine, nor that it is synthetic."),
    ),
    "damaged": Words(
        "",
        _("The file is damaged; what could be read of it carries no label."),
        _("A label may have been lost with the damage. That makes it neither genuine nor synthetic."),
    ),
    "unreadable": Words(
        "",
        _("Labels in this kind of file cannot be read here."),
        _("Which kinds are read stands below. Whether we released exactly this file can still be said."),
    ),
}

# Answer 2.
RELEASED: dict[str, Words] = {
    "released": Words(
        "ok",
        _("Yes. We released exactly this file."),
        _("Its content is byte for byte what we released; not one byte of content, not one label was changed since."),
    ),
    "withdrawn": Words(
        "stop",
        _("Yes, but we have withdrawn it."),
        _("We released exactly this file and took it back. It should not be used or passed on."),
    ),
    "same_content": Words(
        "ok",
        _("Not this very file, but its label and its content."),
        _("Our signature holds for both. Other metadata or the packaging differ, as after a harmless conversion."),
    ),
    "same_withdrawn": Words(
        "stop",
        _("We released this content, and have withdrawn it."),
        _("Our signature holds for label and content, and we took the work back. It should not be used or passed on."),
    ),
    "altered": Words(
        "stop",
        _("No. It carries a number of ours, but it is not the file we released."),
        _("It was altered after its release, or somebody copied the label into another file."),
    ),
    "never_issued": Words(
        "stop",
        _("No. It claims to be from us, but we never released anything with its number."),
        _("The label is forged, or was written by somebody who uses our code without right."),
    ),
    "foreign": Words(
        "",
        _("We have no record of this exact file."),
        _("Its label names another provider. Only that provider can confirm it."),
    ),
    "unknown": Words(
        "",
        _("We have no record of this exact file."),
        _("We did not release it in this form. A copy that was saved anew or cropped is another file."),
    ),
}

# What is said of a number: of no file, because none was shown.
NUMBERS: dict[str, Text] = {
    "released": _("We released a work with this number"),
    "withdrawn": _("We have withdrawn the work with this number"),
}

# Answer 3.
LOG: dict[str, Words] = {
    "proven": Words(
        "ok",
        _("The release stands in the public log, and the log can no longer be changed unnoticed."),
        _("You can check this without us, offline, with the proof and the small program below."),
    ),
    "proven_other": Words(
        "",
        _("The log proves that we released a file with this number, not that it was this one."),
        _("The proof names the content hash of the released file; the hash of yours is different."),
    ),
    "pending": Words(
        "wait",
        _("The release is recorded; the next signed state of the log will cover it."),
        _("This takes a few seconds as a rule. Check again for the proof."),
    ),
    "mismatch": Words(
        "stop",
        _("Our record and the log disagree, so we confirm nothing."),
        _("The log does not hold the release that our record names. Please report this."),
    ),
    "nothing": Words(
        "",
        _("The log has nothing to prove here."),
        _("It records what we released, and we have no record of this exact file."),
    ),
}

# What the producer's signature in the label is worth.
SIGNATURES: dict[str, Text] = {
    "genuine": _("Its signature is ours and intact, and this is the content that we signed."),
    "ours_elsewhere": _("Its signature is ours and intact, but it was made for other content than this."),
    "ours_converted": _("Its signature is ours and intact; the content was converted, so it cannot be compared."),
    "stranger": _("Its signature is intact, but it was made with a key that we do not know. Anybody can do that."),
    "revoked": _("Its signature was made with a key of ours that we revoked, so it proves nothing by itself."),
    "failed": _("Its signature does not hold: the label was changed after it was signed, or copied together."),
    "unverifiable": _("It has security data of a kind that cannot be checked here."),
    "unsigned": _("It is not signed."),
    "not_checked": _("Its signature, if it has one, was not checked."),
}

# What a C2PA manifest is worth.
C2PA: dict[str, Text] = {
    "trusted": _("The file also carries a C2PA manifest. It is valid, and we trust its signer."),
    "valid": _("The file also carries a C2PA manifest. It is valid, but we do not know who signed it."),
    "invalid": _("The file also carries a C2PA manifest that does not hold: the file was changed after it was signed."),
    "unreadable": _("The file also carries a C2PA manifest that cannot be read."),
    "not_checked": _("The file also carries a C2PA manifest. It was not checked here."),
}

CONSENT: dict[str, Text] = {
    "in_force": _("Somebody is depicted. Everybody depicted was asked and agreed; the agreement is in force."),
    "ended": _("Somebody is depicted. The agreement of those depicted is no longer in force."),
    "nobody": _("No identifiable person is depicted, as its submitter declared and the review found."),
}

# Answer 4.
LIMITS: dict[str, Text] = {
    "no_label_no_photo": _(
        "No label does not mean genuine: labels get lost when a file is saved anew, recorded again or photographed off "
        "a screen. It does not mean synthetic either."
    ),
    "unreadable": _("What a file that cannot be read whole says of itself remains open."),
    "label_is_claim": _(
        "A label is a claim. Anybody can write one into any file, also into a genuine one. Only a signature by a known "
        "key says who wrote it."
    ),
    "c2pa_unchecked": _("The file also carries a C2PA manifest. It was not checked here."),
    "not_ours_not_real": _(
        "That we do not know a file says nothing about it: other providers and tools make synthetic content too. "
        "This page calls nothing genuine synthetic, and nothing true."
    ),
    "number_not_file": _(
        "A number can be copied. Whether a file is the one with this number, only the file itself shows."
    ),
    "truth": _("Whether what it shows, says or lets hear really happened."),
    "labels_removed": _("Whether labels that once stood in the file were removed. Removing them is forbidden."),
    "visible_not_read": _("Words and sounds in the content itself were not looked for; look and listen yourself."),
    "person": _("Who made it or who is depicted. This page shows no personal data, to nobody."),
}

MEANINGS: dict[str, Text] = {
    "Label.is": _("It is AI-generated or synthesised content"),
    "Label.may_be": _("It may be AI-generated or synthesised content"),
    "Label.suspected": _("It is suspected to be AI-generated or synthesised content"),
    "Label.unknown": _("Not a value of the standard"),
    "ContentProducer.ours": _("Claims to have been generated by us"),
    "ContentProducer.code": _("Claims to have been generated by the provider with this code"),
    "ContentProducer.name": _("Claims to have been generated by this provider; a name, not a code"),
    "ContentProducer.person": _("Claims to have been generated by a private person; the number is not shown"),
    "ProduceID": _("The number the producer is said to have given it"),
    "ReservedCode1": _("Security data of the producer: its signature"),
    "ReservedCode1.empty": _("Security data of the producer: none"),
    "ContentPropagator.ours": _("Claims to have been spread first by us"),
    "ContentPropagator.code": _("Claims to have been spread by the provider with this code"),
    "ContentPropagator.name": _("Claims to have been spread by this provider; a name, not a code"),
    "ContentPropagator.person": _("Claims to have been spread by a private person; the number is not shown"),
    "PropagateID": _("The number the spreader is said to have given it"),
    "ReservedCode2": _("Security data of the spreader; not checked here"),
    "ReservedCode2.empty": _("Security data of the spreader: none"),
    "missing": _("Missing"),
}

_PLACES: tuple[tuple[str, Text], ...] = (
    ("jpeg.app1.xmp", _("in the JPEG's XMP metadata (APP1)")),
    ("png.itxt.xmp", _("in the PNG's XMP metadata (iTXt)")),
    ("webp.xmp", _("in the WebP's XMP metadata")),
    ("gif.xmp", _("in the GIF's XMP metadata")),
    ("tiff.ifd0.xmp", _("in the TIFF's XMP metadata (IFD0)")),
    ("heif.item.xmp", _("in the picture's XMP item")),
    ("mp4.keys", _("in the MP4's metadata keys")),
    ("matroska.tag", _("in a Matroska tag")),
    ("riff.aigc", _("in the WAV's AIGC chunk")),
    ("id3.txxx", _("in an ID3 text frame (TXXX)")),
    ("vorbis.comment", _("in a Vorbis comment")),
    ("sidecar", _("in the file that stands beside it")),
    ("markdown.front_matter", _("in the front matter")),
    ("html.meta", _("in a meta element")),
    ("ooxml.custom", _("in the document's custom properties")),
    ("pdf.info", _("in the PDF's document information")),
    ("exif.user_comment", _("in the EXIF user comment")),
    ("png.", _("in a PNG text field")),
    ("jpeg.comment", _("in a JPEG comment")),
    ("jpeg.app13", _("in the JPEG's IPTC caption")),
    ("exif.", _("in an EXIF text field")),
    ("after_end", _("behind the end of the file proper")),
    ("elsewhere", _("outside every place meant for labels")),
)


def place(location: str) -> Text:
    """Return a label's place in words; an unknown place by its technical name."""
    return next((text for prefix, text in _PLACES if location.startswith(prefix)), location)


REASONS: dict[str, Text] = {
    "consent.revoked": _("A depicted person took their agreement back, as the law lets them at any time."),
    "jobs.withdrawn_by_owner": _("Whoever had it made withdrew it."),
}
OTHER_REASON = _("The provider withdrew it.")


def reason(code: str) -> Text:
    """Return why something was withdrawn, without telling who."""
    return REASONS.get(code, OTHER_REASON)
