"""Orders: on what paper an authority looks, and what it looked at."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalBasis(models.TextChoices):
    """The articles on which an authority may ask a provider for its logs."""

    PROVISIONS_21 = "provisions-21", _("Deep Synthesis Provisions Art. 21 (supervision and inspection)")
    GENAI_19 = "genai-19", _("Generative AI Interim Measures Art. 19 (supervision and inspection)")
    CSL_30 = "csl", _("Cybersecurity Law (technical support for public security)")
    LABELLING_13 = "labelling-13", _("Labelling Measures Art. 13 (enforcement)")


class Order(models.Model):
    """One written order under which a regulator's account queries (Provisions Art. 21)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    regulator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=64)
    basis = models.CharField(max_length=32, choices=LegalBasis.choices)
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["regulator", "number"], name="regulator_order_once"),
            models.CheckConstraint(condition=~models.Q(number=""), name="regulator_order_has_number"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderQuery(models.Model):
    """What was asked under an order, and how much it returned: the regulator's own trail."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="queries")
    asked_at = models.DateTimeField(auto_now_add=True)
    event_id = models.CharField(max_length=32)
    filters = models.JSONField()
    returned = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["order", "-asked_at"], name="regulator_query_order")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.asked_at:%Y-%m-%d %H:%M}"
