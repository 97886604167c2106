"""How changes are put into words, the same in every report."""

from __future__ import annotations

from auditor.reporter import words
from auditor.reporter.compare import MEANINGS, Change, Row, SignInChange
from auditor.reporter.identity import Mark, SignIn
from auditor.reporter.plain import shorten
from auditor.vocabulary import Verdict

_NAMELESS = "(no name)"
_PARTS = ("user", "role", "channel")


def name(row: Row) -> str:
    """Return what the integration is called, short enough for a list."""
    return shorten(row.name) or _NAMELESS


def verdicts(row: Row, phase: str) -> str:
    """Return e.g. "breaks → ready", or the one verdict where it stayed or only one audit knows it."""
    then, now = row.verdict(phase, now=False), row.verdict(phase, now=True)
    return f"{then} → {now}" if then and now and then != now else str(now or then)


def group_title(change: Change) -> str:
    """Return what the integrations have in common that stand below."""
    return "other changes, at no phase open" if change is Change.NEVER_OPEN else f"{change}: {MEANINGS[change]}"


def recognised(row: Row) -> str | None:
    """Return how a renamed integration was recognised, and what it was called."""
    if row.former_name is None:
        return None
    by = "its user, role and channel" if row.mark is Mark.SIGN_INS else f"its {row.mark}"
    return f"was called {shorten(row.former_name) or _NAMELESS}, recognised by {by}"


def sign_ins(row: Row) -> tuple[str, ...]:
    """Return a line for each sign-in that changed; none for an integration that came or went as a whole."""
    if row.before is None or row.after is None:
        return ()
    # That something is known by now, or no longer, decides only what was or is undetermined.
    doubtful = any(
        Verdict.UNDETERMINED in (row.verdict(phase, now=False), row.verdict(phase, now=True)) for phase in row.changes
    )
    told = [one for one in row.sign_ins if one.differs or (doubtful and one.facts)]
    return tuple(_change(one, all_facts=doubtful) for one in told)


def _change(change: SignInChange, *, all_facts: bool) -> str:
    before, after = change.before, change.after
    if before and after:
        said = [_part(before, after, name) for name in _PARTS]
        how = _arrow(" and ".join(before.authentications), " and ".join(after.authentications))
        other = [
            f"{name.replace('_', ' ')} {then} → {now}"
            for name, (then, now) in change.facts.items()
            if all_facts or words.UNKNOWN not in (then, now)
        ]
        return "; ".join((f"{' · '.join(said)}: {how}", *other))
    alone = before or after
    return f"{'no longer' if before else 'new'}: {_sign_in(alone)}" if alone else ""


def _part(before: SignIn, after: SignIn, name: str) -> str:
    one, other = getattr(before, name), getattr(after, name)
    same = before.slot[_PARTS.index(name)] == after.slot[_PARTS.index(name)]
    return _known(other, name) if same else _arrow(_known(one, name), _known(other, name))


def _sign_in(sign_in: SignIn) -> str:
    parts = [_known(getattr(sign_in, name), name) for name in _PARTS]
    return f"{' · '.join(parts)}, {' and '.join(sign_in.authentications)}"


def _known(value: str | None, name: str) -> str:
    return shorten(value) if value else f"{name} {words.UNKNOWN}"


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"
