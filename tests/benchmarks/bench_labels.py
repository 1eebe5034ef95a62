"""What a label costs: `python tests/benchmarks/bench_labels.py`; reports ratios, never fails on time.

All in one process, each round one of everything, medians of the rounds. Baselines of the same rounds: Pillow decodes
and encodes the same picture with the same settings and writes nothing on it; a file is copied and synced. The child
process that decodes untrusted media in production is reported on a line of its own.
"""

import io
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
ROUNDS = 5
WIDTH, HEIGHT = 4000, 3000
# What a telephone's 12 megapixel JPEG is like: 4 MB, half the colour resolution.
SETTINGS: dict[str, dict[str, Any]] = {
    "jpeg": {"format": "JPEG", "quality": 95, "subsampling": 2},
    "png": {"format": "PNG", "compress_level": 1},
    "webp": {"format": "WEBP", "quality": 90, "method": 0},
}


def _medians(actions: dict[str, Callable[[], object]], made: dict[str, Path]) -> dict[str, float]:
    """Seconds of each action, after one round that does not count; what an action makes is not there before."""
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(ROUNDS + 1):
        for name, action in actions.items():
            if name in made:
                made[name].unlink(missing_ok=True)  # the file system's work on the former one is not ours to measure
            start = time.perf_counter()
            action()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def _picture() -> Image.Image:
    """Return a 12 megapixel picture: smooth shapes with a photograph's amount of noise."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 4, (HEIGHT, WIDTH)).astype(np.float32)
    planes = [127 + 90 * np.sin(columns / span + rows / (span * 2)) + noise for span in (310, 470, 730)]
    return Image.fromarray(np.clip(np.stack(planes, axis=2), 0, 255).astype(np.uint8))


def _copied(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def main() -> None:
    """Print the lines."""
    from media_jobs.isolation.runner import run_isolated
    from media_jobs.labelling.aigc import AigcLabel
    from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
    from media_jobs.labelling.pictures.encode import jpeg_settings
    from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
    from media_jobs.labelling.readback import check_file
    from media_jobs.labelling.writer import label_file, mark_file

    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="bench")
    marks: dict[str, Any] = {"label": label, "digital_source_type": TRAINED_ALGORITHMIC_MEDIA}
    picture = _picture()
    with tempfile.TemporaryDirectory(prefix="hallmark-bench-") as name:
        folder = Path(name)
        sources = {kind: folder / f"source.{kind}" for kind in SETTINGS}
        for kind, source in sources.items():
            picture.save(source, **SETTINGS[kind])
        target, report = folder / "labelled.jpeg", dict[str, Any]()

        def bare() -> None:
            with Image.open(sources["jpeg"]) as image:
                image.load()
                image.save(io.BytesIO(), "JPEG", **jpeg_settings(image))

        def labelled() -> None:
            report.update(label_file(sources["jpeg"], target, **marks))

        def checked() -> None:
            back = check_file(target, expected=label, report=report, original=sources["jpeg"])
            if not back["conformant"]:
                raise SystemExit(back["findings"])

        actions: dict[str, Callable[[], object]] = {"bare": bare, "label": labelled, "read back": checked}
        made = {"label": target}
        for kind, source in sources.items():
            copy, marked = folder / f"copy.{kind}", folder / f"marked.{kind}"
            actions[f"{kind} copy"] = lambda source=source, copy=copy: _copied(source, copy)
            actions[f"{kind} marks"] = lambda source=source, marked=marked: mark_file(source, marked, **marks)
            made |= {f"{kind} copy": copy, f"{kind} marks": marked}
        actions["child"] = lambda: run_isolated("media_jobs.isolation.selftest:echo", {"value": 1})
        took = _medians(actions, made)
        size = sources["jpeg"].stat().st_size / 1e6
    both = took["label"] + took["read back"]
    lines = [
        f"{WIDTH} x {HEIGHT} JPEG of {size:.1f} MB, medians of {ROUNDS} interleaved rounds; ratios to the baseline",
        f"{'decode + encode alone':34}{took['bare'] * 1000:7.0f} ms",
        f"{'label, all marks':34}{took['label'] * 1000:7.0f} ms {took['label'] / took['bare']:6.2f}  (at most 1.3)",
        f"{'label, read back and reported':34}{both * 1000:7.0f} ms {both / took['bare']:6.2f}  (at most 2.2)",
    ]
    for kind in SETTINGS:
        copied, written = took[f"{kind} copy"], took[f"{kind} marks"]
        head = f"{kind}: metadata only"
        lines.append(
            f"{head:34}{written * 1000:7.0f} ms {written / copied:6.2f}"
            f"  (at most 3; copy + fsync {copied * 1000:.0f} ms)"
        )
    lines.append(f"{'a child process that only answers':34}{took['child'] * 1000:7.0f} ms")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
