"""Nothing in the repository names a registry's host or a path of the machine it was written on."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = {".png", ".mo", ".woff", ".woff2", ".ttf", ".otf", ".onnx", ".jpg", ".webp", ".gif", ".ico"}
HOSTS = "|".join(("pypi", "pythonhosted", r"registry\.npmjs", r"registry\.yarnpkg", r"deb\.debian"))
REFUSED = {
    "a package registry's host": re.compile(rf"\b(?:[\w-]+\.)*(?:{HOSTS})\.(?:org|com|net)\b"),
    "a path of one machine": re.compile(
        r"(?<![\w.}])/(?:work/(?:wt|hm|main|venv|shared|\.library)|root/|opt/(?:pypi|wheels))"
    ),
}


def files() -> list[Path]:
    """Return the tracked text files; outside a git checkout, the text files of the tree."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = listing.stdout.split("\0") if listing.returncode == 0 else ()
    return [ROOT / name for name in names if name and Path(name).suffix not in BINARY and (ROOT / name).is_file()]


def findings(path: Path) -> list[str]:
    """Return one line for every refused text in the file."""
    if path == Path(__file__).resolve():
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    return [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match[0]}"
        for what, pattern in REFUSED.items()
        for match in pattern.finditer(text)
    ]


def lock_findings(path: Path) -> list[str]:
    """Return one line for every requirement of a lock that is not pinned by hash."""
    text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
    return [
        f"{path.name}: no hash: {line[:60]}"
        for line in text.splitlines()
        if line.strip() and not line.lstrip().startswith("#") and not ("==" in line and "--hash=sha256:" in line)
    ]


def main() -> int:
    """Print every finding; return 1 when there is one."""
    found = [line for path in files() for line in findings(path)]
    found += [line for lock in sorted(ROOT.glob("requirements*.lock")) for line in lock_findings(lock)]
    print("\n".join(found) or "no host, no machine path, every pin has its hash")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
