"""Make .venv hold exactly what the lock names, then become the program asked for.

Runs on a bare `python3`, standard library only:

    python3 tools/bootstrap.py [--dev | --uv] -- SCRIPT-OR-OPTIONS...

The environment is built once and re-used while the lock's hash stays the same. uv is fast (seconds, against a minute),
so it is fetched first, by hash; when that fails, pip installs the same lock. Wheels only: nothing compiles.
"""

import ast
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "hallmark-installed.json"
UV_FOLDER = VENV / "uv"
UV = UV_FOLDER / "bin" / "uv"
# What pip was told about this machine's mirror and certificates, and where uv wants to hear the same.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
OLDEST = (3, 11)
CHATTER = (
    *("+ ", "- ", "~ ", "WARNING: Location ", "WARNING: Running pip as", "Collecting ", "Requirement already"),
    *("Ignoring ", "Looking in ", "Installing collected", "Attempting uninstall", "Found existing", "Uninstalling"),
    *("Successfully ", "Using cached "),
)


class BootstrapError(Exception):
    """Something the reader can mend; the text says how."""


def say(text: str) -> None:
    """Print one progress line at once, also into a pipe."""
    print(f"  {text}", file=sys.stderr, flush=True)


def fingerprint(kind: str) -> str:
    """Return what the environment must have been built from: this lock, this project file, this place, this Python."""
    digest = hashlib.sha256(f"{ROOT}\n{sys.version_info[:2]}\n".encode())
    for name in (LOCKS[kind], "pyproject.toml", "requirements-bootstrap.lock"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_ready(kind: str) -> bool:
    """Return whether .venv was completed from today's lock; the developers' set contains the run-time one."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    kinds = ("dev",) if kind == "dev" else ("dev", "runtime")
    return PYTHON.exists() and any(stamp.get(name) == fingerprint(name) for name in kinds)


def run(*command: str | Path) -> None:
    """Run a step, its own progress on our stderr.

    Raises:
        subprocess.CalledProcessError: the step failed.
    """
    parts = [str(part) for part in command]
    if sys.stderr.isatty():
        subprocess.run(parts, check=True, cwd=ROOT, stdout=sys.stderr, close_fds=False)
        return
    # Into a pipe or a file: without uv's and pip's list of every package.
    with subprocess.Popen(
        parts,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        close_fds=False,
    ) as process:
        for line in process.stdout or ():
            if line.strip() and not line.lstrip().startswith(CHATTER):
                say(line.rstrip())
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, parts)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one bootstrap work on .venv at a time; a second waits and then finds it done.

    Raises:
        BootstrapError: nothing can be written here.
    """
    place = ROOT / "var"
    try:
        place.mkdir(exist_ok=True)
        handle = (place / "bootstrap.lock").open("w")
    except OSError as error:
        raise BootstrapError(
            f"Nothing can be written in this checkout: {error}\n  Make {ROOT} yours, or clone it where you may write."
        ) from error
    with handle:
        # The installers inherit it: where this process is killed, the next one waits for what still works on .venv.
        os.set_inheritable(handle.fileno(), True)  # noqa: FBT003 - the standard library's signature
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another installation is running here; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def made_here() -> bool:
    """Return whether .venv was made at this place: in a checkout that was moved its scripts name the old one."""
    told = VENV / "pyvenv.cfg"
    return PYTHON.exists() and told.exists() and str(VENV) in told.read_text(encoding="utf-8")


def make_venv() -> None:
    """Create .venv with pip inside.

    Raises:
        BootstrapError: this Python has no venv or ensurepip (Debian keeps them in a package of their own).
    """
    if made_here():
        alive = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False)
        if alive.returncode == 0:
            return
    if VENV.exists():
        shutil.rmtree(VENV)
    probe = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    if probe.returncode:
        raise BootstrapError(
            "This Python cannot make virtual environments.\n"
            "  On Debian or Ubuntu:  apt-get install python3-venv\n"
            "  Then run the same command again."
        )
    say("making .venv")
    run(sys.executable, "-m", "venv", VENV)


def fetch_uv() -> bool:
    """Return whether uv stands ready in .venv/uv, fetching it by hash when it does not."""
    wanted = (ROOT / "requirements-bootstrap.lock").read_text(encoding="utf-8")
    mark = UV_FOLDER / "lock"
    if UV.exists() and mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return True
    say("fetching uv")
    try:
        run(
            *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--require-hashes", "--only-binary", ":all:", "--upgrade", "--target", UV_FOLDER),
            *("-r", "requirements-bootstrap.lock"),
        )
    except subprocess.CalledProcessError:
        say("uv could not be fetched; pip installs the same lock, only slower")
        return False
    mark.write_text(wanted, encoding="utf-8")
    return True


def uv_hears_what_pip_knows(python: Path = PYTHON) -> None:
    """Give uv the mirror, the wheel folders and the certificates that pip is configured with, unless it has its own.

    uv reads none of pip's configuration and trusts only certificates of its own: behind a company's proxy or a
    configured mirror it would fail where pip works.
    """
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    # Lines such as global.index-url='https://...'; the environment's own (:env:) stand last and win, as in pip.
    told: dict[str, str] = {}
    for name, value in re.findall(r"^[\w:]+\.([\w-]+)=(.+)$", listing.stdout, re.MULTILINE):
        if wanted := PIP_TO_UV.get(name):
            # pip shows a list as one quoted text with line breaks or blanks in it.
            told[wanted] = ("," if wanted == "UV_FIND_LINKS" else " ").join(ast.literal_eval(value).split())
    for name, value in told.items():
        os.environ.setdefault(name, value)
    if any(Path(place).exists() for place in CERTIFICATES):
        os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    nearest = next(place for place in (cache, *cache.parents) if place.exists())
    if not os.access(nearest, os.W_OK):
        os.environ.setdefault("UV_NO_CACHE", "true")  # a home that is read-only or not there


def install(kind: str, *, with_uv: bool) -> None:
    """Bring .venv to the lock, then add the project itself (console script `hallmark`)."""
    lock = LOCKS[kind]
    say(f"installing what {lock} names (hashes checked, wheels only)")
    project = ("--no-deps", "--no-build-isolation", "-e", ".")
    if with_uv:
        # Safe here, whatever the index: every file is checked by its hash.
        os.environ.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
        os.environ.setdefault("UV_LINK_MODE", "copy" if os.environ.get("CI") else "hardlink")
        sync = (UV, "pip", "sync", "--python", PYTHON, "--require-hashes", "--only-binary", ":all:", lock)
        try:
            run(*sync)
            run(UV, "pip", "install", "--quiet", "--offline", "--python", PYTHON, *project)
            return
        except subprocess.CalledProcessError:
            say("uv failed; pip tries the same lock")
    pip = (PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", lock)
    run(*pip, "--quiet", "--no-index", *project)


def bootstrap(kind: str) -> float:
    """Return the seconds it took to make .venv fit; 0.0 when it already did."""
    if kind != "uv" and is_ready(kind):
        return 0.0
    started = time.monotonic()
    with only_one():
        if kind != "uv" and is_ready(kind):
            return 0.0
        make_venv()
        if with_uv := fetch_uv():
            uv_hears_what_pip_knows()
        if kind == "uv":
            if not with_uv:
                raise BootstrapError("uv writes the locks, and it could not be fetched.")
            return 0.0
        STAMP.unlink(missing_ok=True)
        install(kind, with_uv=with_uv)
        STAMP.write_text(json.dumps({kind: fingerprint(kind)}), encoding="utf-8")
    seconds = time.monotonic() - started
    say(f"installed in {seconds:.1f} s")
    return seconds


def become(arguments: list[str], seconds: float) -> NoReturn:
    """Replace this process by .venv's Python, so that signals and the exit status are the program's own."""
    os.environ["HALLMARK_INSTALL_SECONDS"] = f"{seconds:.1f}"
    # A terminal that cannot show Chinese shows question marks; it does not end the program.
    os.environ.setdefault("PYTHONIOENCODING", ":replace")
    os.execv(PYTHON, [str(PYTHON), *arguments])  # noqa: S606 - arguments of our own Makefile


def main(arguments: list[str]) -> int:
    """Bootstrap, then become .venv's Python with the arguments after `--`, if there are any."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options, rest = " ".join(arguments[:cut]), arguments[cut + 1 :]
    kind = {"": "runtime", "--dev": "dev", "--uv": "uv"}.get(options)
    if kind is None:
        print(f"bootstrap: unknown option {options!r}; see the head of tools/bootstrap.py", file=sys.stderr)
        return 10
    try:
        seconds = bootstrap(kind)
    except KeyboardInterrupt:
        print("\nStopped. What is half installed is finished by the next run.", file=sys.stderr)
        return 130
    except BootstrapError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nInstallation failed: {error}\n  Run the same command again once that is mended.", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"\nInstallation failed at: {' '.join(map(str, error.cmd[:6]))} ...", file=sys.stderr)
        print("  The lines above say why. Nothing but .venv was touched; run the same command again.", file=sys.stderr)
        return 1
    if rest:
        become(rest, seconds)
    return 0


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        have, need = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST))
        sys.exit(
            f"{sys.executable} is Python {have}; Hallmark needs {need} or newer.\n  Name one:  make PYTHON=python{need}"
        )
    sys.exit(main(sys.argv[1:]))
