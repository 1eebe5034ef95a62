"""The texts the provider binds itself and its users to, and who accepted which of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyKind(models.TextChoices):
    """The public texts. The first three are accepted before the first job; the last two inform."""

    RULES = "rules", _("Management rules")
    CONVENTION = "convention", _("Platform convention")
    AGREEMENT = "agreement", _("User agreement and labels")
    PRIVACY = "privacy", _("Privacy notice")
    INTENDED_USE = "intended-use", _("Intended use")


# Provisions Art. 8: rules, convention and service agreement. A notice (PIPL Art. 17) informs; it is never "agreed to".
TO_ACCEPT = (PolicyKind.RULES, PolicyKind.CONVENTION, PolicyKind.AGREEMENT)


class PolicyVersion(models.Model):
    """One published wording, kept for good: who accepted it can be shown what they accepted."""

    kind = models.CharField(max_length=16, choices=PolicyKind.choices)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    text_zh = models.TextField()
    text_en = models.TextField()
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="policy_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Acceptance(models.Model):
    """A person accepted one wording at one time (Provisions Art. 8, Labelling Measures Art. 8)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="acceptances")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="acceptances")
    kind = models.CharField(max_length=16, choices=PolicyKind.choices)
    sha256 = models.CharField(max_length=64)
    # A keyed index, not the address: it can be compared with a known address, and not read.
    address_index = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="accepted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class Service(models.Model):
    """One service of this deployment's provider, with the engines it offers (docs/adr/0007)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=400)
    engines = models.JSONField(_("engines"), default=list)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-active", "name"]

    def __str__(self) -> str:
        return self.name
