"""How much a child may use before it is stopped."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Ceilings for one child process; every one of them ends the child, never the parent.

    Attributes:
        memory_bytes: address space (RLIMIT_AS). numpy and cv2 reserve far more than they touch, hence gigabytes.
        data_bytes: private writable memory (RLIMIT_DATA), which is what a reader really uses; None leaves it to the
            address space.
        cpu_seconds: processor time over all threads (RLIMIT_CPU).
        wall_seconds: time from start to answer.
        file_bytes: size of any file it writes (RLIMIT_FSIZE).
        open_files: descriptors (RLIMIT_NOFILE).
        answer_bytes: size of its JSON answer.
    """

    memory_bytes: int = 6 * 1024 * MIB
    cpu_seconds: int = 90
    wall_seconds: float = 120.0
    file_bytes: int = 512 * MIB
    open_files: int = 128
    answer_bytes: int = 8 * MIB
    data_bytes: int | None = None


DEFAULT = Limits()
