"""Real children that hog, spin, crash, overwrite and shout: each is stopped, and the parent learns why."""

import os
import time
from pathlib import Path

import pytest

from media_jobs.isolation.errors import IsolationError, PortableError
from media_jobs.isolation.limits import MIB, Limits
from media_jobs.isolation.runner import run_isolated

SELFTEST = "media_jobs.isolation.selftest:"


def _dead(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_the_answer_comes_back_whatever_libraries_print() -> None:
    answer = run_isolated(SELFTEST + "echo", {"number": 1, "words": "人工智能"})

    assert answer == {"echo": {"number": 1, "words": "人工智能"}}


@pytest.mark.slow
def test_a_large_request_arrives_whole() -> None:
    answer = run_isolated(SELFTEST + "echo", {"long": "x" * 3_000_000})

    assert len(answer["echo"]["long"]) == 3_000_000


def test_the_child_sees_no_secrets_and_no_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@host/db")
    monkeypatch.setenv("HALLMARK_KEY", "secret")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")

    seen = run_isolated(SELFTEST + "environment", {})

    assert set(seen["names"]) <= {
        "PATH", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "LANG", "LC_CTYPE", "PYTHONUTF8", "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS", "MALLOC_ARENA_MAX",
    }  # fmt: skip
    assert len(seen["descriptors"]) <= 6  # stdin, stdout, stderr, the answer, the progress, the listing itself


def test_a_refusal_keeps_class_code_and_parameters() -> None:
    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "refuse", {"why": "a test"})

    assert caught.value.code == "isolation.selftest"
    assert caught.value.params == {"why": "a test"}
    assert caught.value.way_out == "Nothing"
    assert "Refused on purpose: a test" in str(caught.value)


@pytest.mark.slow
def test_a_hog_is_told_that_memory_is_short() -> None:
    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "hog_memory", {}, limits=Limits(memory_bytes=512 * MIB))

    assert caught.value.code == "isolation.memory"


@pytest.mark.slow
def test_private_memory_has_a_ceiling_of_its_own() -> None:
    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "hog_memory", {}, limits=Limits(memory_bytes=4096 * MIB, data_bytes=128 * MIB))

    assert (caught.value.code, caught.value.params) == ("isolation.memory", {"mib": 128})


@pytest.mark.slow
def test_an_endless_loop_is_stopped_by_its_processor_time() -> None:
    begun = time.monotonic()

    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "spin", {}, limits=Limits(cpu_seconds=1, wall_seconds=30))

    assert caught.value.code == "isolation.timeout"
    assert time.monotonic() - begun < 15


@pytest.mark.slow
def test_a_sleeper_is_stopped_with_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "sleep", {"pid_file": str(pid_file)}, limits=Limits(wall_seconds=5))

    assert caught.value.code == "isolation.timeout"
    deadline = time.monotonic() + 5
    while not _dead(int(pid_file.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _dead(int(pid_file.read_text()))


@pytest.mark.parametrize("signal", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_a_crash_is_named(signal: str) -> None:
    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "crash", {"signal": signal})

    assert caught.value.code == "isolation.crashed"
    assert caught.value.params["ended"] == signal


def test_a_file_cannot_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "large"

    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "write", {"path": str(path), "bytes": 64 * MIB}, limits=Limits(file_bytes=4 * MIB))

    assert caught.value.code == "isolation.failed"
    assert caught.value.params["reason"] == "file_size"
    assert path.stat().st_size <= 4 * MIB


@pytest.mark.slow
def test_an_answer_that_is_too_long_is_no_answer() -> None:
    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "shout", {}, limits=Limits(answer_bytes=MIB))

    assert caught.value.code == "isolation.crashed"
    assert len(caught.value.detail) <= 8 * 1024


def test_a_surprise_leaves_its_traceback_for_the_operator() -> None:
    with pytest.raises(IsolationError) as caught:
        run_isolated(SELFTEST + "stumble", {})

    assert caught.value.code == "isolation.failed"
    assert caught.value.params["reason"] == "ZeroDivisionError"
    assert "1 // 0" in caught.value.detail


@pytest.mark.parametrize("target", ["os:system", "media_jobs.isolation.selftest", "media_jobs..x:y", "media_jobsx.a:b"])
def test_only_functions_of_this_house_are_called(target: str) -> None:
    with pytest.raises(ValueError, match="not a target"):
        run_isolated(target, {})


@pytest.mark.slow
def test_no_descriptor_and_no_child_is_left_behind() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = len(list(Path("/proc/self/fd").iterdir())), children.read_text()

    for _ in range(3):
        run_isolated(SELFTEST + "echo", {})
        with pytest.raises(PortableError):
            run_isolated(SELFTEST + "refuse", {"why": "leak test"})

    assert (len(list(Path("/proc/self/fd").iterdir())), children.read_text()) == before
