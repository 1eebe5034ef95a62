"""Child side: a ZIP of one labelled file and what stands beside it, as such a file is handed out. Knows no Django.

Whoever gets the ZIP and asks what it is means the file inside, with its sidecars; the ZIP itself carries no label.
"""

import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

ENDINGS = (".aigc.json", ".c2pa")
_BYTES_OF_SIDECAR = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


def unpack(payload: dict[str, Any]) -> dict[str, Any]:
    """{path, folder, max_bytes} -> {name}: the file that lies in the folder now, beside its sidecars; "" for none."""
    try:
        with zipfile.ZipFile(payload["path"]) as archive:
            rows = archive.infolist()
            name = _main([row.filename for row in rows])
            limits = {row.filename: _BYTES_OF_SIDECAR for row in rows} | {name: int(payload["max_bytes"])}
            sound = all(row.compress_type in _PLAIN and not row.flag_bits & _ENCRYPTED for row in rows)
            if not (name and sound and all(row.file_size <= limits[row.filename] for row in rows)):
                return {"name": ""}
            for row in rows:
                _copy(archive, row, Path(payload["folder"]) / row.filename)
            return {"name": name}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return {"name": ""}


def _main(names: list[str]) -> str:
    """The file that all others are sidecars of; "" where there is no such one."""
    if not 2 <= len(names) <= 1 + len(ENDINGS) or len(set(names)) != len(names):
        return ""
    main = min(names, key=len)
    flat = main == PurePosixPath(main).name and "\\" not in main and "\0" not in main and not main.startswith(".")
    return main if flat and set(names) <= {main, *(main + ending for ending in ENDINGS)} else ""


def _copy(archive: zipfile.ZipFile, row: zipfile.ZipInfo, target: Path) -> None:
    left = row.file_size
    with archive.open(row) as stream, target.open("wb") as file:
        while data := stream.read(min(_CHUNK, left + 1)):
            left -= len(data)
            if left < 0:
                raise ValueError("more bytes than the directory says")
            file.write(data)
