"""Where clients lie: a folder of this machine, a path that many machines share, or a storage behind an fsspec URL."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from auditor.errors import InputError

_URL = re.compile(r"[a-z][a-z0-9+.-]+(://|::)", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=//)[^/\s]*@|\?[^\s)]*")

_Answer = TypeVar("_Answer")


def is_url(place: str) -> bool:
    """Tell whether the place is a URL, e.g. "s3://bucket/clients"; "C:\\clients" is none."""
    return _URL.match(place) is not None


def shown(place: str) -> str:
    """Return the place as it may be shown: a URL may hold a password, or a key in its query."""
    return _CREDENTIALS.sub("", place) if is_url(place) else place


def folders_at(url: str) -> dict[str, dict[str, int]]:
    """Return the folders of a storage by their names, each with the sizes of its files by their paths in it."""

    def look() -> dict[str, dict[str, int]]:
        files, root = _storage(url)
        listed = files.ls(root, detail=True)
        found: dict[str, dict[str, int]] = {_last(one["name"]): {} for one in listed if one["type"] == "directory"}
        # Asked once for all: a storage takes as long for each question as for a thousand names.
        for path, entry in _below(root, files.find(root, detail=True)).items():
            folder, _, inside = path.partition("/")
            if inside:
                found.setdefault(folder, {})[inside] = entry.get("size") or 0
        return found

    return _asked(look, url)


@contextmanager
def fetched(url: str, folder: str, wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Give a copy of a folder of a storage, with the files of it that are wanted, for as long as it is used."""
    with tempfile.TemporaryDirectory(prefix="auditor-") as temporary:
        target = Path(temporary).resolve() / folder
        target.mkdir()

        def fetch() -> None:
            files, root = _storage(url)
            for path, entry in _below(f"{root}/{folder}", files.find(f"{root}/{folder}", detail=True)).items():
                local = target / path
                if not local.resolve().is_relative_to(target):
                    raise InputError("the name of the file leads out of the client's folder", where=f"{folder}/{path}")
                if wanted(path):
                    local.parent.mkdir(parents=True, exist_ok=True)
                    files.get_file(entry["name"], str(local))

        _asked(fetch, url)
        yield target


def files_in(folder: Path) -> dict[str, int]:
    """Return the sizes of the files of a folder by their paths in it; what can't be read its audit will name."""
    found: dict[str, int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            try:
                found[path.relative_to(folder).as_posix()] = path.stat().st_size
            except OSError:
                continue
    return found


def _storage(url: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs  # only where a URL was given

    files, root = url_to_fs(url)
    # What another machine has put there meanwhile must be seen.
    files.invalidate_cache()
    return files, root.rstrip("/")


def _below(root: str, found: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    start = f"{root}/".lstrip("/")
    return {name.lstrip("/").removeprefix(start): entry for name, entry in found.items() if entry["type"] == "file"}


def _last(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _asked(ask: Callable[[], _Answer], url: str) -> _Answer:
    """Return what a storage answers. Each library has errors of its own, so that none of them can be named here."""
    with ThreadPoolExecutor(1) as asking:
        answer = asking.submit(ask)
        error = answer.exception()
    if isinstance(error, InputError):
        raise error
    if isinstance(error, ImportError):
        raise InputError(
            f"a package is missing that reads this kind of URL ({error})",
            where=shown(url),
            fix='install it: pip install "netsuite-readiness-auditor[remote]", or fsspec\'s own package for it',
        ) from error
    if error is not None:
        said = _CREDENTIALS.sub("", str(error).replace(url, shown(url)))
        raise InputError(
            f"the storage can't be read ({type(error).__name__}: {said})",
            where=shown(url),
            fix="check the URL, and that fsspec finds your credentials for it",
        ) from error
    return answer.result()
