"""What a label costs: `python tests/benchmarks/bench_labels.py`; reports ratios, never fails on time.

Baseline in the same run: Pillow decodes and encodes the same picture with the same settings and writes nothing on it.
The child process that decodes untrusted media in production is reported on a line of its own.
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
ROUNDS = 3
WIDTH, HEIGHT = 2400, 1800
ENCODERS: dict[str, dict[str, object]] = {
    "jpeg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    "png": {"format": "PNG"},
    "webp": {"format": "WEBP", "quality": 95},
}


def _median(action: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _picture() -> Image.Image:
    """Return a 4 megapixel picture: smooth shapes with a photograph's amount of noise."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 4, (HEIGHT, WIDTH)).astype(np.float32)
    planes = [127 + 90 * np.sin(columns / span + rows / (span * 2)) + noise for span in (310, 470, 730)]
    return Image.fromarray(np.clip(np.stack(planes, axis=2), 0, 255).astype(np.uint8))


def main() -> None:
    """Print one table."""
    from media_jobs.isolation.runner import run_isolated
    from media_jobs.labelling.aigc import AigcLabel
    from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
    from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
    from media_jobs.labelling.readback import check_file
    from media_jobs.labelling.writer import label_file

    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="bench")
    picture = _picture()
    child = _median(lambda: run_isolated("media_jobs.isolation.selftest:echo", {"value": 1}))
    lines = [
        f"{WIDTH} x {HEIGHT}, median of {ROUNDS}; a child process that only answers: {child * 1000:.0f} ms",
        f"{'':6}{'re-encode s':>12}{'label s':>9}{'ratio':>7}{'read-back s':>13}{'ratio':>7}",
    ]
    with tempfile.TemporaryDirectory(prefix="hallmark-bench-") as folder:
        for name, settings in ENCODERS.items():
            source, target = Path(folder) / f"source.{name}", Path(folder) / f"labelled.{name}"
            picture.save(source, **settings)

            def bare(source: Path = source, settings: dict[str, object] = settings) -> None:
                with Image.open(source) as image:
                    image.save(io.BytesIO(), **settings)

            def labelled(source: Path = source, target: Path = target) -> dict[str, object]:
                return label_file(source, target, label=label, digital_source_type=TRAINED_ALGORITHMIC_MEDIA)

            report = labelled()
            baseline, cost = _median(bare), _median(labelled)
            back = _median(
                lambda source=source, target=target, report=report: check_file(
                    target, expected=label, report=report, original=source
                )
            )
            lines.append(f"{name:6}{baseline:12.2f}{cost:9.2f}{cost / baseline:7.2f}{back:13.2f}{back / baseline:7.2f}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
