"""Are the committed catalogues whole: every msgid translated, and the compiled file built from today's text?

`msgfmt` may be missing on the machine, so the .po is read here (the subset that Django's makemessages writes) and the
.mo by the standard library.
"""

import ast
import gettext
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
TRANSLATED = "zh_Hans"  # English is the language of the msgids: its catalogue may leave msgstr empty
MOST_SHOWN = 20
_LINE = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)?\s*(".*")$')


@dataclass
class Entry:
    """One message of a .po file."""

    texts: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        """Return the key under which the compiled catalogue files it."""
        context = self.texts.get("msgctxt")
        return f"{context}\x04{self.texts['msgid']}" if context else self.texts["msgid"]

    @property
    def translations(self) -> list[str]:
        return [text for name, text in self.texts.items() if name.startswith("msgstr")]


def entries(text: str) -> Iterator[Entry]:
    """Yield the live entries of a .po file, the header left out."""
    for block in re.split(r"\n\s*\n", text):
        entry, current = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#,") and "fuzzy" in line:
                entry.fuzzy = True
            elif match := _LINE.match(line):
                current = match[1] or current
                entry.texts[current] = entry.texts.get(current, "") + ast.literal_eval(match[2])
        if entry.texts.get("msgid"):
            yield entry


def problems(source: Path) -> list[str]:
    """Return what is wrong with one .po file and its .mo."""
    compiled = source.with_suffix(".mo")
    if not compiled.exists():
        return [f"{compiled} is missing: run `manage.py compilemessages`"]
    with compiled.open("rb") as stream:
        catalogue = gettext.GNUTranslations(stream)
    held: dict[object, str] = catalogue._catalog  # type: ignore[attr-defined]
    is_translation = source.parent.parent.name == TRANSLATED
    found = []
    for entry in entries(source.read_text(encoding="utf-8")):
        name = entry.texts["msgid"][:70]
        if is_translation and (entry.fuzzy or not all(entry.translations)):
            found.append(f"{source.relative_to(ROOT)}: not translated: {name!r}")
            continue
        if entry.fuzzy or not all(entry.translations):
            continue
        stored = held.get(entry.key, held.get((entry.key, 0)))
        if stored != entry.translations[0]:
            found.append(f"{compiled.relative_to(ROOT)} is older than its source: {name!r}")
    return found


def main() -> int:
    """Print every problem; return 1 when there is one."""
    sources = sorted(LOCALE.rglob("*.po"))
    found = [problem for source in sources for problem in problems(source)]
    print("\n".join(found[:MOST_SHOWN]) or f"{len(sources)} catalogues are whole")
    if len(found) > MOST_SHOWN:
        print(f"... and {len(found) - MOST_SHOWN} more: run `make messages`, translate, run it again")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
