"""The officer's filters."""

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.review.models import HoldState, Phase
from compliance.review.reasons import REASONS


class HoldFilter(forms.Form):
    """Which holds to list."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[*HoldState.choices, ("all", _("All"))])
    phase = forms.ChoiceField(label=_("Reviewed"), required=False, choices=[("", _("Both")), *Phase.choices])
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("Any")), *((reason.code, reason.title) for reason in REASONS.values())],
    )
