"""What the job's pages send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from media_jobs.engines.registry import Engine


class DeclareForm(forms.Form):
    """The submitter's declaration: Art. 23 class, and whether a person is depicted."""

    art23_class = forms.ChoiceField(label=_("What made this file (Provisions Art. 23)"), choices=())
    depicts_declared = forms.ChoiceField(
        label=_("Is an identifiable person depicted or heard?"),
        choices=[
            ("none", _("No identifiable person")),
            ("persons", _("One or more identifiable persons")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, engine: Engine, medium: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["art23_class"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = list(engine.classes(medium))


class SubmitForm(forms.Form):
    """The acknowledgements, each bound to the version of the text that was shown."""

    reminder_version = forms.CharField(max_length=64, required=False)
    reminder = forms.BooleanField(required=False)
    inform_version = forms.CharField(max_length=64, required=False)
    inform = forms.BooleanField(required=False)

    def acknowledged(self) -> tuple[str, str]:
        """Return the acknowledged versions, "" for a box that was not ticked."""
        data = self.cleaned_data
        return (
            data["reminder_version"] if data["reminder"] else "",
            data["inform_version"] if data["inform"] else "",
        )


class UnlabelledForm(forms.Form):
    """A request to leave the explicit label out; the duty is never ticked beforehand (Labelling Measures Art. 9)."""

    purpose = forms.CharField(max_length=500, required=False)
    duty = forms.BooleanField(required=False)
    duty_version = forms.CharField(max_length=64, required=False)

    def accepted(self) -> str:
        """Return the version of the duty that was ticked, "" when it was not."""
        return str(self.cleaned_data.get("duty_version", "")) if self.cleaned_data.get("duty") else ""
