"""The text of a pack: read within bounds, as a stranger may have written it, and the line on which each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.errors import PackError
from auditor.toml_lines import Place, line_of, lines_in

_LARGEST = 1 << 20

# tomllib takes time and memory by the square of a dotted key's parts, so a key has at most nine of them.
_DOTTED = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){9}""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackText:
    """A pack as it is written."""

    name: str
    """What to call it in an error."""
    written: Mapping[str, Any]
    lines: Mapping[Place, int]
    """The line of every table and of every key that starts a line, 1-based."""

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line of that key, or of the nearest table around it."""
        return line_of(self.lines, place)

    def error(self, message: str, fix: str, place: Sequence[str | int]) -> PackError:
        """Return the error that names the file and the line."""
        return PackError(message, where=f"{self.name}:{self.line(place)}", fix=fix)


def read_text(path: Path, name: str) -> PackText:
    """Return the text of that file. Raises PackError for what is too large, or no TOML."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise PackError(f"can't be read ({error})", where=name, fix="check the path") from error
    if len(raw) > _LARGEST:
        raise PackError("the pack is larger than 1 MiB", where=name, fix="split it")
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackError(f"can't be read ({error})", where=name, fix="save it as UTF-8 text") from error
    if dotted := _DOTTED.search(source):
        line = source.count("\n", 0, dotted.start()) + 1
        raise PackError("a name has too many dots", where=f"{name}:{line}", fix="see rules/README.md")
    try:
        written = tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        # Not TOMLDecodeError alone: a number of many thousand digits is another ValueError.
        where = re.search(r"at line (\d+)", str(error))
        raise PackError(
            f"is not valid TOML: {error}",
            where=f"{name}:{where[1]}" if where else name,
            fix="see rules/README.md",
        ) from error
    return PackText(name=name, written=written, lines=lines_in(source))
