"""What a rehearsal leaves behind, and only where it was told to: its keys, and its lists."""

from __future__ import annotations

import json
import os
from pathlib import Path

from auditor.errors import InputError
from auditor.netsuite.rehearsal.answers import NOTICE
from auditor.netsuite.rehearsal.lists import exported_lists
from auditor.netsuite.rehearsal.state import Rehearsal

_MOST = 1 << 24


def check_keys_file(path: Path) -> None:
    """Raise InputError where the file is there and is not the keys of an earlier rehearsal."""
    if not path.parent.is_dir():
        raise InputError("there is no such folder", where=str(path.parent), fix="make it first, or name another file")
    if not path.exists() and not path.is_symlink():
        return
    try:
        with path.open(encoding="utf-8") as file:
            known = json.loads(file.read(_MOST))
    except (OSError, ValueError):
        known = None
    if not isinstance(known, dict) or known.get("rehearsal") != NOTICE:
        raise InputError("would be overwritten, and holds no keys of a rehearsal", where=str(path), fix="name another")


def write_keys(account: Rehearsal, url: str, path: Path) -> None:
    """Write every key, secret and password of the rehearsal to a file that its owner alone may read."""
    ids = {role.name: role.id for role in account.setup.role}
    keys = {
        "rehearsal": NOTICE,
        "url": url,
        "account": account.setup.account,
        "integrations": [
            {
                "name": one.integration.name,
                "application_id": one.application_id,
                "consumer_key": one.key,
                "consumer_secret": one.secret,
            }
            for one in account.consumers.values()
        ],
        "tokens": [
            {
                "integration": one.consumer.integration.name,
                "user": one.user.name,
                "role": one.role.name,
                # All four that sign, in one place: they are what a client is configured with.
                "consumer_key": one.consumer.key,
                "consumer_secret": one.consumer.secret,
                "token_id": one.id,
                "token_secret": one.secret,
            }
            for one in account.tokens.values()
        ],
        "users": [
            {
                "name": user.name,
                "email": user.email,
                "password": account.password(user),
                "roles": [{"name": role, "id": ids[role]} for role in user.roles],
            }
            for user in account.setup.user
        ],
    }
    _write(path, json.dumps(keys, indent=2, ensure_ascii=False) + "\n", mode=0o600)


def check_lists_folder(folder: Path) -> None:
    """Raise InputError where the folder holds anything: a client's own exports may have the same names."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("is not empty", where=str(folder), fix="name a folder that is new or empty")


def write_lists(account: Rehearsal, folder: Path) -> list[Path]:
    """Write the login audit trail and the other lists, and return their files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"can't be made ({error.strerror})", where=str(folder), fix="name another folder") from error
    found = []
    for name, text in exported_lists(account).items():
        _write(folder / name, text, mode=0o644)
        found.append(folder / name)
    return found


def _write(path: Path, text: str, *, mode: int) -> None:
    """Write beside, then rename: the file is whole, and was never readable to others than it is in the end."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"can't be written ({error.strerror})", where=str(path), fix="name another place") from error
