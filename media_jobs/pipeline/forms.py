"""What the job's pages send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from media_jobs.engines.registry import Engine


class DeclareForm(forms.Form):
    """The submitter's declaration: Art. 23 class, and whether a person is depicted."""

    art23_class = forms.ChoiceField(label=_("What made this picture (Provisions Art. 23)"), choices=())
    depicts_declared = forms.ChoiceField(
        label=_("Does the picture show an identifiable person?"),
        choices=[
            ("none", _("No identifiable person")),
            ("persons", _("One or more identifiable persons")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, engine: Engine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["art23_class"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = list(engine.art23)


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
