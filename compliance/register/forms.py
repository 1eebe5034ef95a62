"""Forms of the provider's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Organisation, Role
from compliance.register.onboarding import STAGES
from media_jobs.engines import registry


class ServiceForm(forms.Form):
    """A new service of the provider."""

    name = forms.CharField(
        label=_("Name of the service"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    description = forms.CharField(
        label=_("What it does, in one or two sentences"),
        max_length=400,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    engines = forms.MultipleChoiceField(label=_("Operations it offers"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["engines"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(engine.key, engine.title) for engine in registry.available()]


class SwitchForm(forms.Form):
    """One change of one switch."""

    name = forms.CharField(max_length=64, widget=forms.HiddenInput)
    stopped = forms.TypedChoiceField(
        choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1", widget=forms.HiddenInput
    )
    order_number = forms.CharField(
        label=_("Number of the order"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason, in one sentence"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class PeopleFilterForm(forms.Form):
    """Which accounts and invitations to list."""

    stage = forms.ChoiceField(
        label=_("Where they are"),
        required=False,
        choices=[("", _("Everybody")), *STAGES],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    q = forms.CharField(
        label=_("Account number, or the whole mobile number"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}),
    )


class InviteForm(forms.Form):
    """Whom to invite."""

    phone = forms.CharField(
        label=_("Mobile number"),
        required=False,
        max_length=32,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("or e-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Seat"), choices=[(Role.USER, Role.USER.label)], widget=forms.Select(attrs={"class": "form-select"})
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.order_by("name"),
        required=False,
        empty_label=_("none"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: object, inviter_role: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if inviter_role == Role.ADMIN:
            field = self.fields["role"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = [(role, role.label) for role in (Role.USER, Role.STAFF, Role.OFFICER)]

    def clean(self) -> dict[str, object]:
        """Ask for exactly one address."""
        cleaned: dict[str, object] = super().clean() or {}
        if bool(cleaned.get("phone")) == bool(cleaned.get("email")) and not self.errors:
            raise forms.ValidationError(_("Give a mobile number or an e-mail address, one of the two."))
        return cleaned


class ReleaseForm(forms.Form):
    """Why a document is released from an account."""

    reason = forms.CharField(
        label=_("What you checked, and how"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
