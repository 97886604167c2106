"""Does a token sign in today, and as which role: asked of the account, and written as evidence for the next audit."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import AccountError, InputError, nearest
from auditor.netsuite.answers import SignInRefusedError
from auditor.netsuite.client import Client

FILE_NAME = "TokenVerification.csv"
HEADERS = (
    "Verified On", "Account", "Application", "Token name", "User", "User ID", "Role", "Role ID", "Works", "Detail",
)  # fmt: skip

# Five refusals lock a user for 30 minutes, and the client's own integration may have had one already.
_REFUSALS = 3

_Said = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class TokenReference(_Model):
    """One token to verify: what it is called, and where its secrets are."""

    application: _Said
    """The integration, as Manage Integrations names it."""
    name: str = ""
    """The token, as the Access Tokens page names it."""
    user: str = ""
    secrets: _Said
    """A reference: see `credentials`."""


class References(_Model):
    """A file of references: it names tokens and holds no secret."""

    account: _Said
    token: tuple[TokenReference, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What the account said of one token."""

    reference: TokenReference
    works: bool | None
    """None where it was not tried, or the account could not be reached: that proves nothing."""
    user: str = ""
    user_id: str = ""
    role: str = ""
    role_id: str = ""
    detail: str = ""


def read_references(path: Path) -> References:
    """Return the tokens that a file names. Raises InputError that repeats no value: a secret may stand in its place."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return References.model_validate(written, strict=False)
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=str(path), fix="check the path") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"is not valid TOML: {error}", where=str(path), fix="see docs/live.md") from None
    except ValidationError as error:
        raise _explained(error, path) from None


def _explained(error: ValidationError, path: Path) -> InputError:
    faults: list[Any] = list(error.errors(include_url=False, include_input=False))
    # A key too many explains the key that is missing.
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model = TokenReference if len(first["loc"]) > 1 else References
        fix = nearest(str(first["loc"][-1]), list(model.model_fields))
        return InputError(f'"{key}" is no key of a file of references', where=str(path), fix=fix)
    return InputError(f'"{key}": {first["msg"][0].lower()}{first["msg"][1:]}', where=str(path), fix="see docs/live.md")


def verify(references: Sequence[TokenReference], clients: Sequence[Client]) -> Iterator[Verification]:
    """Ask the account about each token with its own client, in order, with one request each.

    Tokens of one user are not tried any more after three refusals, and none after the account could not be reached.
    """
    refusals: Counter[str] = Counter()
    unreachable = False
    for reference, client in zip(references, clients, strict=True):
        # Users that the file does not name may all be one and the same.
        if unreachable or refusals[reference.user] + (refusals[""] if reference.user else 0) >= _REFUSALS:
            why = "the account could not be reached" if unreachable else "further refusals would lock the user"
            yield Verification(reference=reference, works=None, detail=f"not tried: {why}")
            continue
        try:
            yield _working(reference, client.token_info())
        except SignInRefusedError as error:
            refusals[reference.user] += 1
            yield Verification(reference=reference, works=False, detail=error.message)
        except AccountError as error:
            unreachable = True
            yield Verification(reference=reference, works=None, detail=error.message)


def _working(reference: TokenReference, info: Mapping[str, Any]) -> Verification:
    # Oracle's help, chapter_157017286140, says what the answer tells and gives no sample of it.
    flat = dict(_flat(info))
    return Verification(
        reference=reference,
        works=True,
        user=reference.user or flat.get("entityname", ""),
        user_id=flat.get("entityid") or flat.get("entityinternalid", ""),
        role=flat.get("rolename", ""),
        role_id=flat.get("roleid") or flat.get("roleinternalid", ""),
        detail=" ".join(flat.get("companyname", "").split()),
    )


def _flat(info: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in info.items():
        if isinstance(value, dict) and not above:
            yield from _flat(value, name.casefold())
        elif isinstance(value, str | int):
            yield f"{above}{name.casefold()}", str(value)


def earlier_verifications(path: Path) -> list[list[str]]:
    """Return the rows that the file has from earlier runs. Raises InputError where it holds anything else."""
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            headers, *rows = csv.reader(file)
    except (OSError, ValueError, csv.Error):
        headers, rows = [], []
    if headers != list(HEADERS):
        raise InputError("would be overwritten, and holds no verifications", where=str(path), fix="name another file")
    return rows


def write_verifications(found: Sequence[Verification], account: str, day: date, path: Path) -> bool:
    """Write what the account said as a list that an audit reads, whole or not at all, and tell whether it said anything.

    A token of which it said nothing keeps what an earlier run wrote of it.
    """
    said = [one for one in found if one.works is not None]
    if not said:
        return False
    kept = [row for row in earlier_verifications(path) if not any(_is_of(row, one.reference, account) for one in said)]
    beside = path.with_name(f"{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADERS)
        table.writerows(kept)
        for one in said:
            token, works = one.reference, "Yes" if one.works else "No"
            who = (one.user or token.user, one.user_id, one.role, one.role_id)
            table.writerow([day.isoformat(), account, token.application, token.name, *who, works, one.detail])
    beside.replace(path)
    return True


def _is_of(row: Sequence[str], token: TokenReference, account: str) -> bool:
    of = dict(zip(HEADERS, row, strict=False))
    same = (of.get("Account"), of.get("Application"), of.get("Token name")) == (account, token.application, token.name)
    return same and token.user in ("", of.get("User"))
