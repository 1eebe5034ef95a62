"""Write the locks: hashes, no registry host, no machine path, one resolution for every platform."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "uv" / "bin" / "uv"
COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--fork-strategy", "fewest", "--python-version", "3.11"),
    *("--generate-hashes", "--only-binary", ":all:", "--no-header", "--no-emit-index-url"),
    *("--index-strategy", "unsafe-best-match"),  # as pip: a mirror's second index may hold the newer version
)


def compile_lock(output: str, *sources: str, stdin: str | None = None) -> None:
    """Resolve the sources into the output; pins already in it are kept unless UPGRADE=1."""
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") == "1" else []
    command = [str(UV), *COMPILE, *upgrade, *sources, "-o", output]
    subprocess.run(command, check=True, cwd=ROOT, input=stdin, text=True, stdout=subprocess.DEVNULL)
    print(f"  {output}")


def main() -> int:
    """Write all three; the run-time lock takes its pins from the developers' one, so the two never differ."""
    compile_lock("requirements-bootstrap.lock", "-", stdin="uv>=0.13,<0.14\n")
    compile_lock("requirements-dev.lock", "pyproject.toml", "--extra", "dev")
    compile_lock("requirements.lock", "pyproject.toml", "--constraint", "requirements-dev.lock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
