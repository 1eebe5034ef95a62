"""Put the audible label beside a programme, in the programme's own container."""

import tempfile
from pathlib import Path
from typing import Any

from media_jobs.labelling.audio import coded, encode, level, m4a, splice, wav
from media_jobs.labelling.containers import Container
from media_jobs.labelling.metadata import flac, mp3, ogg
from media_jobs.labelling.wish import Wish

_SHORT = 30  # seconds of a programme that is listened to as a whole


def put(source: Path, target: Path, *, container: Container, wish: Wish) -> dict[str, Any]:
    """See Labeller.put: the label before or after the content, never over it.

    WAV is not decoded; FLAC and ALAC keep their samples; the frames of an MP3 stay as they are, beside those of the
    label, wherever that can be done; AAC, Opus and Vorbis are coded anew at their bit rate or the next higher. Without
    explicit label the coded sound is copied as it is.

    Returns:
        text, illegible (False), notes, lossless, codec, rate (Hz), channels, samples (of the programme), seconds, and
        where a label was put in all that level.placed reports.

    Raises:
        MediaError: media.*, audio.*.
    """
    if container.name == "wav":
        return wav.put(source, target, wish)
    coding = coded.coding_of(source, container.name)
    report: dict[str, Any] = {
        "rate": coding.rate,
        "channels": len(coding.channels),
        "samples": round(coding.seconds * coding.rate),
        "seconds": coding.seconds,
        "lossless": coding.lossless or not wish.explicit,
        "codec": coding.codec,
        "illegible": False,
        "text": "",
    }
    if not wish.explicit:
        _graft(container.name, source, source, target, before=0)
        return {**report, "notes": []}
    # an MP3 stays coded, and of a FLAC file some stretches are found and decoded sooner than all of it is kept
    keep = coding.codec != "mp3" and not (coding.codec == "flac" and coding.seconds > _SHORT)
    loudness, kept = coded.listened(source, coding, keep=keep)
    label = level.placed(wish, programme=loudness, rate=coding.rate, channels=coding.channels)
    with tempfile.TemporaryDirectory(prefix=".hallmark.", dir=target.parent) as folder:
        bare = Path(folder) / "bare"
        lengths = splice.mp3(source, bare, coding=coding, placed=label) if coding.codec == "mp3" else None
        if lengths is None:
            samples = encode.transcode(
                source, bare, name=container.name, coding=coding, placed=label, wish=wish, kept=kept
            )
        else:
            samples = lengths.programme
            label.report.update(before_seconds=lengths.before / coding.rate, after_seconds=lengths.after / coding.rate)
            report["lossless"] = True
            if wish.progress is not None:
                wish.progress(samples / coding.rate, samples / coding.rate)
        notes = _graft(container.name, source, bare, target, before=label.before.shape[1])
    return {
        **report,
        **label.report,
        "samples": samples,
        "seconds": samples / coding.rate,
        "notes": [*coding.notes, *notes],
    }


def _graft(name: str, tags_of: Path, sound_of: Path, target: Path, *, before: int) -> list[str]:
    """The sound of one file under the tags of another, personal data left out."""
    if name == "mp3":
        mp3.graft(tags_of, sound_of, target)
        return []
    if name == "flac":
        return flac.graft(tags_of, sound_of, target, before=before)
    if name == "m4a":
        if tags_of == sound_of:
            m4a.cleaned_copy(tags_of, target)
            return []
        return m4a.graft(tags_of, sound_of, target, shifted=before > 0)
    ogg.graft(tags_of, sound_of, target)
    return []
