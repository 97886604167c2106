"""The text of a pack: read within bounds, as a stranger may have written it, and the line on which each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.errors import PackError

_LARGEST = 1 << 20
_Place = tuple[str | int, ...]

# tomllib takes time and memory by the square of a dotted key's parts, so a key has at most nine of them.
_DOTTED = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){9}""")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]#]+?)\s*\]")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*(?=[=.])[^=]*=""")
_STRINGS = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*+"|\'[^\']*+\'|#|[\[\]{}]')


@dataclass(frozen=True, slots=True, kw_only=True)
class PackText:
    """A pack as it is written."""

    name: str
    """What to call it in an error."""
    written: Mapping[str, Any]
    lines: Mapping[_Place, int]
    """The line of every table and of every key that starts a line, 1-based."""

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line of that key, or of the nearest table around it."""
        parts = tuple(place)
        while parts and parts not in self.lines:
            parts = parts[:-1]
        return self.lines.get(parts, 1)

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
    return PackText(name=name, written=written, lines=dict(_places(source)))


def _places(source: str) -> Iterator[tuple[_Place, int]]:
    """Give each table and each key at the start of a line with its line; tomllib keeps none."""
    yield (), 1
    table: _Place = ()
    counted: dict[_Place, int] = {}
    quote, depth = "", 0
    for number, line in enumerate(source.splitlines(), start=1):
        inside = bool(quote or depth)
        quote, depth = _open_after(line, quote, depth)
        if inside:
            continue
        if header := _HEADER.match(line):
            quote, depth = "", 0
            table = _table(header[2], header[1] == "[[", counted)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(line[: key.end() - 1])), number


def _table(written: str, array: bool, counted: dict[_Place, int]) -> _Place:
    """Return the place of a header: each array of tables on the way is at its latest element."""
    place: _Place = ()
    parts = _parts(written)
    for position, part in enumerate(parts):
        place = (*place, part)
        if array and position == len(parts) - 1:
            counted[place] = counted.get(place, -1) + 1
        if place in counted:
            place = (*place, counted[place])
    return place


def _parts(written: str) -> tuple[str, ...]:
    found = re.findall(r"""\s*("[^"]*"|'[^']*'|[^.\s]+)\s*\.?""", written)
    return tuple(part.strip("\"'") for part in found)


def _open_after(line: str, quote: str, depth: int) -> tuple[str, int]:
    """Return the quotes of a text, and the brackets, that are still open at the end of the line."""
    at = 0
    while at < len(line):
        if quote:
            end = line.find(quote, at)
            if end < 0:
                return quote, depth
            at, quote = end + 3, ""
            continue
        found = _STRINGS.search(line, at)
        if not found or found[0] == "#":
            break
        at = found.end()
        if found[0] in ('"""', "'''"):
            quote = found[0]
        elif found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
    return quote, depth
