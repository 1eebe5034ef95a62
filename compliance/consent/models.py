"""Who is depicted, who was asked for what, who agreed, who wants silence."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.vault.fields import EncryptedTextField
from compliance.consent.states import DECIDED, State


class Subject(models.Model):
    """A person who was or may be asked: a pseudonymous id and a phone number in the vault, no account."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    phone = EncryptedTextField(aad="consent.subject.phone")
    phone_index = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"subject {self.pk}"


class DepictedPerson(models.Model):
    """One person in one input of a job, as the asker named them (Provisions Art. 14)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="depicted")
    upload = models.ForeignKey("uploads.Upload", on_delete=models.CASCADE, related_name="depicted")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="depicted")
    name = EncryptedTextField(aad="consent.depicted.name")
    # Number of the face in the picture, from 1, in the order the detector lists them.
    face_no = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["upload", "face_no"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "subject"], name="consent_depicted_once_per_picture"),
            models.UniqueConstraint(fields=["upload", "face_no"], name="consent_depicted_face_once"),
            models.CheckConstraint(condition=Q(face_no__gte=1), name="consent_depicted_face_from_one"),
        ]

    def __str__(self) -> str:
        return f"depicted person {self.pk}"


class Ask(models.Model):
    """What a job's result is for, in the asker's words, and whether publication is asked too (PIPL Art. 25)."""

    job = models.OneToOneField("jobs.Job", on_delete=models.CASCADE, related_name="consent_ask", primary_key=True)
    purpose = EncryptedTextField(aad="consent.ask.purpose")
    publish = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ask of job {self.pk}"


class ConsentRequest(models.Model):
    """One question to one person for one job, bound to purpose, method, engine version and provider (PIPL Art. 14)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="consent_requests")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consent_requests")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="requests")
    engine = models.CharField(max_length=40)
    engine_version = models.CharField(max_length=40)
    purpose = EncryptedTextField(aad="consent.request.purpose")
    # How the asker was called when the question was put.
    asker_name = EncryptedTextField(aad="consent.request.asker")
    binding = models.CharField(max_length=64)
    asks_publish = models.BooleanField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENT)
    # SHA-256 of the link's token; the token itself stands only in the message.
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # None: no message went out (the person wants silence, or many asked on the same day).
    delivered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "expires_at"], name="consent_request_due")]
        constraints = [
            models.UniqueConstraint(fields=["job", "subject"], name="consent_request_once_per_job"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="consent_request_state_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="consent_request_ends_later"),
            models.CheckConstraint(
                condition=(Q(state__in=DECIDED) & Q(decided_at__isnull=False))
                | (~Q(state__in=DECIDED) & Q(decided_at__isnull=True)),
                name="consent_request_decision_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"consent request {self.pk}"

    @property
    def asked_scopes(self) -> tuple[str, ...]:
        """Return what is asked for: "edit" always, "publish" as a separate choice (PIPL Art. 25, 29)."""
        return ("edit", "publish") if self.asks_publish else ("edit",)


class Consent(models.Model):
    """A separate consent as it was given: the exact text, its hash, the choices, the receipt's number."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.OneToOneField(ConsentRequest, on_delete=models.PROTECT, related_name="consent")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="consents")
    edit = models.BooleanField()
    publish = models.BooleanField()
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    receipt_no = models.CharField(max_length=24, unique=True)
    # The notice exactly as shown (JSON), and its SHA-256: whoever holds the receipt can check what was agreed to.
    text = EncryptedTextField(aad="consent.consent.text")
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    event_id = models.CharField(max_length=64)
    revoked_event_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-granted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(edit=True), name="consent_consent_covers_edit"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="consent_consent_ends_later"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_event_id="")
                | (Q(revoked_at__gte=F("granted_at")) & ~Q(revoked_event_id="")),
                name="consent_consent_revocation_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.receipt_no}"


class Silence(models.Model):
    """A wish not to be asked again: by one asker or (empty) by all, for one purpose or (empty) for any."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="silences")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    # How the asker was called when the person chose silence; for the person's own list.
    asker_name = EncryptedTextField(aad="consent.silence.asker")
    purpose = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "asker", "purpose"], condition=Q(asker__isnull=False), name="consent_silence_once"
            ),
            models.UniqueConstraint(
                fields=["subject", "purpose"], condition=Q(asker__isnull=True), name="consent_silence_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"silence {self.pk}"

    @property
    def scope(self) -> str:
        """Return "all", "asker" or "purpose": how far the silence reaches."""
        if self.asker_id is None:
            return "all"
        return "purpose" if self.purpose else "asker"
