"""The sheets that prove the others: evidence to the row, what is not known or contested, what was read, and the rules."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.assessment import Rule
from auditor.inventory import Input
from auditor.model import Evidence
from auditor.reporter import words
from auditor.reporter.table import Sheet, Value
from auditor.reporter.view import View


def proof_sheets(view: View) -> tuple[Sheet, ...]:
    """Return the sheets Evidence, Gaps, Inputs and Rules."""
    return _evidence(view), _gaps(view), _inputs(view), _rules(view)


def _evidence(view: View) -> Sheet:
    columns = (
        ("Integration", 34), ("Connection", 11), ("How it signs in", 46), ("About", 24), ("Value", 40), ("File", 32),
        ("Sheet", 16), ("First row", 10), ("Last row", 10), ("Count", 9),
    )  # fmt: skip
    return Sheet(name="Evidence", columns=columns, rows=tuple(_proof_rows(view)))


def _proof_rows(view: View) -> Iterator[tuple[Value, ...]]:
    for item in view.integrations:
        for evidence in item.evidence:
            yield (item.label, None, None, *_proof(evidence))
        for row in item.connections:
            for evidence in row.connection.evidence:
                yield (item.label, row.connection.id, row.title, *_proof(evidence))


def _proof(evidence: Evidence) -> tuple[Value, ...]:
    ends = (evidence.rows[0], evidence.rows[-1]) if evidence.rows else (None, None)
    return evidence.supports, evidence.value, evidence.file, evidence.sheet, *ends, evidence.count


def _gaps(view: View) -> Sheet:
    columns = (
        ("Kind", 14), ("Integration or subject", 34), ("Connection", 11), ("How it signs in", 40), ("Fact", 24),
        ("What is not known, or what one place says", 42), ("Settled by", 30), ("Where to find it", 56),
    )  # fmt: skip
    rows = (*_gap_rows(view), *_conflict_rows(view), *_missing_rows(view))
    return Sheet(name="Gaps", columns=columns, rows=rows)


def _gap_rows(view: View) -> Iterator[tuple[Value, ...]]:
    integrations = {item.integration.key: item for item in view.integrations}
    for gap in view.gaps:
        connections = frozenset(gap.connections)
        where = "\n".join(guide.menu for guide in gap.guides) or None
        for key in gap.integrations:
            item = integrations[key]
            said = (gap.fact, gap.question, gap.settled_by, where)
            concerned = [row for row in item.connections if row.connection.id in connections]
            yield from (("gap", item.label, row.connection.id, row.title, *said) for row in concerned)
            if not concerned:
                yield ("gap", item.label, None, None, *said)


def _conflict_rows(view: View) -> Iterator[tuple[Value, ...]]:
    for conflict in view.assessment.conflicts:
        for claim in conflict.claims:
            sheet = f", sheet {claim.sheet}" if claim.sheet else ""
            where = f"{claim.file}{sheet}, row {words.number(claim.row)}"
            said = ("conflict", conflict.subject, None, None, conflict.fact, claim.value)
            yield (*said, "whoever knows which list is right", where)


def _missing_rows(view: View) -> Iterator[tuple[Value, ...]]:
    for guide in view.missing:
        yield (
            "missing list",
            guide.list,
            None,
            None,
            None,
            "nobody exported it",
            guide.title,
            f"{guide.menu}\n{guide.how}",
        )


def _inputs(view: View) -> Sheet:
    columns = (
        ("What", 16), ("File", 34), ("Sheet", 18), ("List", 22), ("Row", 9), ("Rows", 9), ("Used", 9), ("Set aside", 10),
        ("Rejected", 10), ("Detail", 70),
    )  # fmt: skip
    rows = tuple(row for table in view.assessment.inputs for row in _input(table))
    return Sheet(name="Inputs", columns=columns, rows=rows)


def _input(table: Input) -> Iterator[tuple[Value, ...]]:
    of = (table.file, table.sheet, table.list or "not a list we know")
    unused = [f"columns not used: {', '.join(table.unused_columns)}"] if table.unused_columns else []
    counts = (table.rows, table.used, table.set_aside_count, table.rejected_count)
    yield ("table", *of, None, *counts, "; ".join((*unused, *table.notes)))
    for what, rows in (("rejected row", table.rejected), ("set aside row", table.set_aside)):
        for row in rows:
            yield (what, *of, row.row, None, None, None, None, row.reason)


def _rules(view: View) -> Sheet:
    columns = (
        ("Rule", 11), ("Title", 36), ("Phase", 9), ("Verdict", 12), ("Integrations", 12), ("Connections", 12), ("Why", 56), ("What to do", 56),
        ("Who", 20), ("Hours, least", 9), ("Hours, most", 9), ("Authority", 20), ("Note", 44), ("Holds when", 40),
        ("Sources", 40),
    )  # fmt: skip
    return Sheet(name="Rules", columns=columns, rows=tuple(_rule(rule, view) for rule in view.assessment.rules))


def _rule(rule: Rule, view: View) -> tuple[Value, ...]:
    holds = view.rules[rule.id]
    return (
        rule.id,
        rule.title,
        rule.phase,
        rule.verdict,
        holds.integrations,
        holds.connections,
        rule.why,
        "\n".join(f"{number}. {step}" for number, step in enumerate(words.steps(rule), 1)),
        rule.who,
        *rule.effort_hours,
        rule.authority,
        rule.note,
        rule.when,
        "\n".join(rule.sources),
    )
