"""One row per switch that was ever used, and one row per change of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Switch(models.Model):
    """What is stopped now. A name without a row runs."""

    name = models.CharField(max_length=64, primary_key=True)
    stopped = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("switch")

    def __str__(self) -> str:
        return self.name


class SwitchChange(models.Model):
    """Who stopped or resumed what, by which order and why (Provisions Art. 21). Rows are only ever added."""

    switch = models.ForeignKey(Switch, on_delete=models.PROTECT, related_name="changes")
    stopped = models.BooleanField()
    order_number = models.CharField(max_length=100)
    reason = models.CharField(max_length=500)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(order_number="") & ~models.Q(reason=""), name="switch_change_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.switch_id} {'stopped' if self.stopped else 'running'}"
