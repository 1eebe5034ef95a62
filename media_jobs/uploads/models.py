"""One received file of one job: where it waits, what it is, whose faces it shows."""

import uuid

from django.conf import settings
from django.db import models

from accounts.vault.fields import EncryptedTextField


class Upload(models.Model):
    """An input of a job, quarantined under MEDIA_ROOT/uploads/<job>/ and never served as it came in.

    A row exists only for a file that was received whole, probed in the isolated child and found usable. Bytes are never
    changed after that: `sha256` is what the log and the engines rely on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="uploads")
    # The engine's name for this input: "file", "source", "target".
    role = models.CharField(max_length=16)
    # For the owner's eyes only, cleaned of paths and control characters. People name files after people: vault.
    original_name = EncryptedTextField(aad="uploads.upload.original_name")
    # Relative to MEDIA_ROOT, so that the media store can move.
    path = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    medium = models.CharField(max_length=8, default="image")
    mime = models.CharField(max_length=100)
    # As displayed: rotation honoured; 0 for sound and text.
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Seconds of sound or video, 0 for pictures and texts.
    duration = models.FloatField(default=0.0)
    # None: nobody has looked yet. Provisions Art. 14: a face means that the edited person is asked.
    face_count = models.PositiveIntegerField(null=True)
    # [{"x", "y", "w", "h", "score"}], pixels of the displayed picture, largest first; of a video, of the sampled frame
    # that shows most of them.
    faces = models.JSONField(default=list)
    # What the isolated child said about the file: format, mode, bits, frames, orientation, existing labels.
    probe = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["job", "role"], name="uploads_one_file_per_role"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="uploads_never_empty"),
            models.CheckConstraint(
                condition=models.Q(width__gt=0, height__gt=0) | models.Q(medium__in=["audio", "text"]),
                name="uploads_has_pixels",
            ),
        )
        ordering = ("job_id", "role")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def absolute_path(self) -> str:
        """Return the file's path on this machine, for the isolated child."""
        return str(settings.MEDIA_ROOT / self.path)

    @property
    def existing_labels(self) -> list[dict[str, object]]:
        """Return the AIGC labels that the file already carried when it came in (Labelling Measures Art. 10)."""
        return list(self.probe.get("labels", ()))
