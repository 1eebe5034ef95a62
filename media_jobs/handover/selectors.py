"""Reads hand-overs: each is its owner's alone."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.people.models import User
from media_jobs.handover.models import Handover


def handovers_of(user: User) -> QuerySet[Handover]:
    """Return this user's hand-overs, newest first."""
    return Handover.objects.filter(owner=user).order_by("-created_at", "pk")


def handover_of(user: User, handover_id: UUID | str) -> Handover | None:
    """Return the user's own hand-over, None for anybody else's (which must look like one that does not exist)."""
    return handovers_of(user).filter(pk=handover_id).first()
