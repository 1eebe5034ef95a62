"""What can be asked of the log; the same fields serve the screen and the API."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from compliance.audit.events import all_events
from compliance.audit.selectors import sentence
from compliance.audit.wording import plainly
from compliance.regulator.models import LegalBasis, Order

_MOST = 2**63 - 1  # positions are 64-bit integers in the database
# A day further out has no UTC counterpart or no day after it.
_DAYS = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(9999, 12, 30))]


class OrderForm(forms.ModelForm[Order]):
    """The order a regulator works under."""

    class Meta:
        model = Order
        fields = ("number", "basis")
        labels = {"number": _("Order number"), "basis": _("Legal basis")}
        help_texts = {"number": _("As it stands on the letter. Every query you make is logged under it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        basis = self.fields["basis"]
        if isinstance(basis, forms.ChoiceField):
            basis.choices = [("", _("Choose one")), *LegalBasis.choices]

    def validate_unique(self) -> None:
        """An order that was entered before is reopened, not refused: the service decides."""


def _said(name: str) -> str:
    """Return an event's sentence without its details, and its name, which the API and the proofs use."""
    said = re.sub(r" ?[（(][^（()）]*—[^（()）]*[）)]", "", sentence(name, {}))
    return f"{said.replace('—', '…')} · {name}"


class TrailForm(forms.Form):
    """Filters of the trail. All of them narrow; empty ones do nothing."""

    job = forms.UUIDField(required=False, label=_("Job"))
    work = forms.CharField(required=False, max_length=64, label=_("Content number (ProduceID)"))
    sha256 = forms.RegexField(r"^[0-9a-fA-F]{64}$", required=False, label=_("SHA-256 of a file"))
    actor = forms.UUIDField(required=False, label=_("Who did it (account or subject id)"))
    subject = forms.UUIDField(required=False, label=_("About whom or what (id)"))
    type = forms.ChoiceField(required=False, label=_("Event"))
    outcome = forms.ChoiceField(
        required=False,
        label=_("Outcome"),
        choices=[("", _("Any")), *((code, plainly(code)) for code in ("ok", "refused", "failed"))],
    )
    since = forms.DateField(
        required=False, label=_("From day"), validators=_DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label=_("To day (included)"), validators=_DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    before = forms.IntegerField(required=False, min_value=0, max_value=_MOST, widget=forms.HiddenInput)
    size = forms.IntegerField(required=False, min_value=0, max_value=_MOST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", _("Any"))] + [(event.name, _said(event.name)) for event in all_events()]
        self.fields["type"].choices = kinds  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        """Return the filters in use, as text, for the regulator's own trail."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "")}
