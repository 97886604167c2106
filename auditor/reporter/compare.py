"""Two audits of one account: what broke, what was fixed, what came and went, at every phase that both judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditor.assessment import Phase
from auditor.errors import InputError
from auditor.reporter import words
from auditor.reporter.identity import Known, Mark, Pair, SignIn, bare, pair_integrations, pair_sign_ins
from auditor.reporter.recorded import Recorded
from auditor.vocabulary import Verdict


class Change(StrEnum):
    """What became of an integration at a phase. What matters most first."""

    REGRESSED = "regressed"
    NEWLY_BREAKING = "newly breaking"
    IN_DOUBT = "in doubt"
    NEW = "new"
    STILL_OPEN = "still open"
    FIXED = "fixed"
    CLEARED = "cleared"
    EXEMPTED = "exempted"
    GONE = "gone"
    NEVER_OPEN = "not open"


MEANINGS: Mapping[Change, str] = {
    Change.REGRESSED: "was on tokens, and signs in with user credentials again",
    Change.NEWLY_BREAKING: "did not break last time, and breaks now",
    Change.IN_DOUBT: "was known not to break, and the exports no longer prove it",
    Change.NEW: "was not there last time",
    Change.STILL_OPEN: "broke or was undetermined last time, and still is one of the two",
    Change.FIXED: "broke last time, and does not break now",
    Change.CLEARED: "was undetermined last time, and is now known not to break",
    Change.EXEMPTED: "broke or was undetermined last time, and an exemption or a waiver covers it now",
    Change.GONE: "was there last time, and is not now",
    Change.NEVER_OPEN: "neither broke nor was undetermined, then or now",
}

OPEN = (Verdict.BREAKS, Verdict.UNDETERMINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInChange:
    """One sign-in, then and now."""

    before: SignIn | None
    after: SignIn | None

    @property
    def differs(self) -> bool:
        """Whether anything of it changed; that something is known by now, or no longer, is no change of its own."""
        if self.before is None or self.after is None:
            return True
        same = (self.before.slot, self.before.authentications) == (self.after.slot, self.after.authentications)
        return not same or any(words.UNKNOWN not in said for said in self.facts.values())

    @property
    def facts(self) -> Mapping[str, tuple[str, str]]:
        """What is said of it otherwise than before: then and now."""
        if self.before is None or self.after is None:
            return {}
        then, now = self.before.facts, self.after.facts
        return {name: (then[name], now[name]) for name in then if then[name] != now[name]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One integration, then and now."""

    before: Known | None
    after: Known | None
    mark: Mark | None
    """By what it was recognised; None where only one audit has it."""
    changes: Mapping[str, Change]
    """By phase."""
    regressed: bool
    sign_ins: tuple[SignInChange, ...]

    @property
    def name(self) -> str:
        """What it is called now, or was called when it was last there."""
        known = self.after or self.before
        return known.integration.name if known else ""

    @property
    def former_name(self) -> str | None:
        """What it was called, where that changed."""
        if self.before and self.after and self.before.integration.name != self.after.integration.name:
            return self.before.integration.name
        return None

    @property
    def judged_otherwise(self) -> bool:
        """Whether a verdict changed, or only one audit has one."""
        return any(self.verdict(phase, now=False) != self.verdict(phase, now=True) for phase in self.changes)

    @property
    def differs(self) -> bool:
        """Whether anything changed."""
        alone = self.before is None or self.after is None
        return (
            alone or self.judged_otherwise or self.former_name is not None or any(one.differs for one in self.sign_ins)
        )

    @property
    def worst(self) -> Change:
        """What matters most of what became of it at any phase."""
        if self.regressed:
            return Change.REGRESSED
        return next((change for change in Change if change in self.changes.values()), Change.NEVER_OPEN)

    @property
    def got_worse(self) -> bool:
        """Whether it regressed, or breaks at a phase at which it did not break, be it that it is new."""
        worse = (Change.REGRESSED, Change.NEWLY_BREAKING)
        return self.regressed or any(
            change in worse or (change is Change.NEW and self.verdict(phase, now=True) is Verdict.BREAKS)
            for phase, change in self.changes.items()
        )

    def verdict(self, phase: str, *, now: bool) -> Verdict | None:
        """Return its verdict at that phase now, or last time."""
        known = self.after if now else self.before
        return known.judged.verdicts[phase] if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed from one audit to another."""

    client: str
    before: date
    after: date
    phases: tuple[Phase, ...]
    """The phases that both audits judged, with the dates that the later one knows."""
    rows: tuple[Row, ...]
    """Every integration of either audit, what matters most first."""
    notes: tuple[str, ...]
    """What the reader must know of the comparison itself."""

    @property
    def changes(self) -> tuple[Row, ...]:
        """The integrations of which anything changed."""
        return tuple(row for row in self.rows if row.differs)

    @property
    def got_worse(self) -> tuple[Row, ...]:
        """Those that regressed or newly break."""
        return tuple(row for row in self.rows if row.got_worse)

    def at(self, phase: str, change: Change) -> tuple[Row, ...]:
        """Return the integrations of which that became at that phase."""
        return tuple(row for row in self.rows if row.changes[phase] is change)


def compare(before: Recorded, after: Recorded) -> Comparison:
    """Return what changed. Whether the two may be compared is for `check_earlier` to say."""
    judged = {phase.id for phase in before.phases}
    phases = tuple(phase for phase in after.phases if phase.id in judged)
    rows = [_row(pair, phases) for pair in pair_integrations(before, after)]
    order = list(Change)
    return Comparison(
        client=after.client,
        before=before.as_of,
        after=after.as_of,
        phases=phases,
        rows=tuple(sorted(rows, key=lambda row: (order.index(row.worst), row.name.casefold(), _key(row)))),
        notes=_notes(before, after),
    )


def check_earlier(earlier: Recorded, *, where: str, client: str, as_of: date, phases: Sequence[str]) -> None:
    """Raise InputError where that audit is no earlier one of this client in this rollout."""
    if bare(earlier.client) != bare(client):
        raise InputError(
            f'it is an audit of "{earlier.client}", and the other is of "{client}"',
            where=where,
            fix="audit both under one name of the client: --client, or client in the engagement file",
        )
    if earlier.as_of > as_of:
        raise InputError(
            f"it is as of {earlier.as_of}, which is later than {as_of}",
            where=where,
            fix="give the earlier audit first, or mend the date of one with --as-of",
        )
    own = [phase.id for phase in earlier.phases]
    if not set(own) & set(phases):
        raise InputError(
            f"it judges {words.listing(own)}, and the other audit {words.listing(list(phases))}: no phase is in both",
            where=where,
            fix="compare audits that were made with the same rule pack",
        )


def _row(pair: Pair, phases: Sequence[Phase]) -> Row:
    before, after = pair.before, pair.after
    regressed = bool(before and after and before.on_tokens and after.on_credentials)
    sign_ins = pair_sign_ins(before.sign_ins if before else (), after.sign_ins if after else ())
    return Row(
        before=before,
        after=after,
        mark=pair.mark,
        changes={phase.id: _change(before, after, phase.id, regressed=regressed) for phase in phases},
        regressed=regressed,
        sign_ins=tuple(SignInChange(before=one, after=other) for one, other in sign_ins),
    )


def _change(before: Known | None, after: Known | None, phase: str, *, regressed: bool) -> Change:
    if before is None:
        return Change.NEW
    if after is None:
        return Change.GONE
    then, now = before.judged.verdicts[phase], after.judged.verdicts[phase]
    if now in OPEN:
        if regressed:
            return Change.REGRESSED
        if then in OPEN:
            return Change.STILL_OPEN
        return Change.NEWLY_BREAKING if now is Verdict.BREAKS else Change.IN_DOUBT
    if then not in OPEN:
        return Change.NEVER_OPEN
    if now is Verdict.EXEMPT:
        return Change.EXEMPTED
    return Change.FIXED if then is Verdict.BREAKS else Change.CLEARED


def _notes(before: Recorded, after: Recorded) -> tuple[str, ...]:
    notes = []
    versions = dict(before.packs)
    for pack, version in after.packs:
        if pack in versions and versions[pack] != version:
            notes.append(
                f"The rule pack {pack} was version {versions[pack]} then and is version {version} now: "
                "a verdict may have changed because a rule did."
            )
    then, now = [phase.id for phase in before.phases], [phase.id for phase in after.phases]
    once = [f"{phase} (then)" for phase in then if phase not in now] + [
        f"{phase} (now)" for phase in now if phase not in then
    ]
    if once:
        notes.append(f"Only one of the audits judges {words.listing(once, 8)}: there is nothing to compare it with.")
    return tuple(notes)


def _key(row: Row) -> str:
    known = row.after or row.before
    return known.integration.key if known else ""
