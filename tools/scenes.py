"""What the story leaves out, for `make shots`: a video, a sound and a text that are released, a sound that is
held, a request under Labelling Measures Art. 9, and hand-overs. Each by the person who does it, over HTTP.
"""

import math
import re
import struct
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from demo import jobs
from demo.browser import Page
from demo.console import Narrator
from demo.picture import paint
from demo.seats import Person

PURPOSE = "用于影院内部放映，由影院在片头另行标识"
VIDEO, AUDIO, TEXT = "23.1(5)", "23.1(3)", "23.1(1)"


def film(path: Path, *, seconds: int = 3) -> Path:
    """Write a short film of drifting stripes, H.264 in MP4."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        ramp = np.linspace(0, 255, 640, dtype=np.float64)
        for number in range(25 * seconds):
            row = (np.roll(ramp, number * 8) * 0.6 + 40).astype(np.uint8)
            red = np.tile(row, (360, 1))
            picture = np.stack([red, np.full_like(red, 90), 255 - red], axis=2)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return path


def tune(path: Path, *, seconds: int = 3) -> Path:
    """Write a sound that rises and falls, 16-bit WAV."""
    rate = 24_000
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        for at in range(rate * seconds):
            level = 6000 * math.sin(2 * math.pi * (330 + 40 * math.sin(at / rate)) * at / rate)
            out.writeframesraw(struct.pack("<h", int(level)))
    return path


def prose(path: Path) -> Path:
    """Write a text of two paragraphs."""
    path.write_text("晨雾散去，古桥显出轮廓。\n\n桥下的水流得很慢，像在等人。\n", encoding="utf-8")
    return path


def draft(user: Person, file: Path, art23_class: str) -> Page:
    """Begin a job of the provider's own model with this file, declare it, return the draft."""
    browser = user.browser
    page = browser.open("/jobs/new/")
    page = browser.submit(page, page.form("engine", choice="gateway"))
    page = browser.submit(page, page.form("file", action="/inputs/file/"), files={"file": file})
    declared = {"art23_class": art23_class, "depicts_declared": "none"}
    return browser.submit(page, page.form("depicts_declared"), declared)


def submit(user: Person, page: Page) -> str:
    """Tick the reminder and hand the draft in; return the job's id."""
    form = page.form("reminder", action="/submit/")
    page = user.browser.submit(page, form, {name: values[0] for name, values in form.choices.items() if values})
    return page.path.split("/")[2]


def released(user: Person, officer: Person, page: Page) -> str:
    """Hand a draft in, let the officer release what is held, return the job's address."""
    job = submit(user, page)
    while jobs.follow(Narrator(), user.browser, job) == "held":
        jobs.release_hold(officer, job)
    return f"/jobs/{job}/"


def ask_unlabelled(user: Person, page: Page) -> Page:
    """Ask that the draft's explicit label be left out (Labelling Measures Art. 9)."""
    return user.browser.submit(page, page.form("duty"), {"purpose": PURPOSE, "duty": "1"})


def hand_over(user: Person, file: Path, declared: str) -> str:
    """Hand a file in as a platform that spreads content; return the address of what was decided."""
    page = user.browser.open("/handovers/")
    return user.browser.submit(page, page.form("declared"), {"declared": declared}, files={"file": file}).path


def prepare(user: Person, officer: Person, labelled: Path) -> dict[str, dict[str, str]]:
    """Bring every medium, the request and the hand-overs about.

    Args:
        labelled: a file that carries a label, for the hand-over.

    Returns:
        For each seat, the pages to shoot under a name of their own.
    """
    shown: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as own_model:
        folder = Path(own_model)
        media: dict[str, tuple[Callable[[Path], Path], str, str]] = {
            "video": (film, "film.mp4", VIDEO),
            "audio": (tune, "tune.wav", AUDIO),
            "text": (prose, "prose.txt", TEXT),
        }
        for medium, (make, name, art23_class) in media.items():
            page = draft(user, make(folder / name), art23_class)
            shown[page.path] = f"job_draft_{medium}"
            again = draft(user, folder / name, art23_class)
            shown[released(user, officer, again)] = f"job_{medium}"
        asked = ask_unlabelled(user, draft(user, folder / "film.mp4", VIDEO))
        shown[asked.path] = "job_draft_unlabelled"
        held = submit(user, draft(user, folder / "tune.wav", AUDIO))
        jobs.follow(Narrator(), user.browser, held)
        shown[f"/jobs/{held}/"] = "job_held_audio"
        shown[hand_over(user, labelled, "no")] = "handover_verified"
        shown[hand_over(user, paint(folder / "own.jpg"), "yes")] = "handover_declared"
    request = _found(officer, "/officer/unlabelled/", asked.path.split("/")[2])
    return {"user": shown, "officer": {request: "unlabelled", _found(officer, "/officer/holds/", held): "hold_audio"}}


def _found(officer: Person, queue: str, job: str) -> str:
    """Return the address in the officer's queue that is about the job."""
    links = [href for href, _ in officer.browser.open(queue).links if re.fullmatch(rf"{queue}[0-9a-f-]{{36}}/", href)]
    return next(href for href in links if job in officer.browser.open(href).body.decode())
