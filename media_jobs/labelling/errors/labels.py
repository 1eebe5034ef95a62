"""Refusals about the label: its words, its values, the provider code."""

from media_jobs.isolation.errors import gettext_noop

TEXTS: dict[str, tuple[str, str]] = {
    "label.explicit_required": (
        gettext_noop("Under the EU theme the explicit label cannot be left out (EU AI Act Art. 50)"),
        gettext_noop("Choose the Chinese theme, or keep the explicit label"),
    ),
    "label.text_without_elements": (
        gettext_noop("The label text must contain 人工智能 or AI, and 生成 or 合成"),
        gettext_noop("Use for example: AI生成"),
    ),
    "label.text_not_drawable": (
        gettext_noop("The label font lacks these characters: %(characters)s"),
        gettext_noop("Use other words, for example: AI生成"),
    ),
    "label.text_does_not_fit": (
        gettext_noop("The label does not fit on %(width)s × %(height)s pixels at the required height"),
        gettext_noop("Use a larger image or a shorter label text"),
    ),
    "label.bad_value": (
        gettext_noop("%(key)s is not a valid value for the AIGC label"),
        gettext_noop("Use printable ASCII characters without spaces, quotation marks and backslashes"),
    ),
    "label.bad_id": (
        gettext_noop("The content number may hold letters, digits and . _ : - only, 1 to 64 of them"),
        gettext_noop("Choose another content number"),
    ),
    "label.not_json": (
        gettext_noop("The AIGC label is not the JSON object that the standard asks for"),
        gettext_noop("Ask the file's producer for a correctly labelled file"),
    ),
    "label.bad_source_type": (
        gettext_noop("%(value)s is not a full IPTC digital source type address"),
        gettext_noop("Use an address that begins with http://cv.iptc.org/newscodes/digitalsourcetype/"),
    ),
    "provider.bad_form": (
        gettext_noop(
            "A provider code has 27 characters: 00, subject type, binding method, 18 for the number, 5 for the service"
        ),
        gettext_noop("Check the code that was filed (TC260-PG-20252A)"),
    ),
    "provider.bad_check_digit": (
        gettext_noop("The unified social credit code inside the provider code has a wrong check digit"),
        gettext_noop("Compare it with the business licence"),
    ),
    "provider.individual": (
        gettext_noop("This provider code would publish a person's ID-card number in every file"),
        gettext_noop("Use a code that is bound to a unified social credit code"),
    ),
    "provider.bad_extension": (
        gettext_noop("The service extension is 00000, or begins with 1 (generation) or 2 (propagation)"),
        gettext_noop("Check the last five characters of the provider code"),
    ),
}
