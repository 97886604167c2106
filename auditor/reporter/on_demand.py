"""The integrations beyond the first few hundred as data that the page draws when somebody looks at them.

Ten thousand cards as markup take a browser seconds; as data they take none. Texts repeat a great deal, so each stands
once in `texts`, and the cards name it by its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from auditor.reporter import plain, words
from auditor.reporter.connections import ConnectionView
from auditor.reporter.integrations import IntegrationView


def cards(integrations: Sequence[IntegrationView]) -> dict[str, Any]:
    """Return the cards of these integrations; `templates/report.js` draws them, field by field in this order."""
    texts = _Texts()
    return {"cards": [_card(item, texts) for item in integrations], "texts": texts.all}


class _Texts:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: object) -> int:
        return self._numbers.setdefault(plain.clean(str(text or "")), len(self._numbers))

    def each(self, values: Iterable[object]) -> list[int]:
        return [self(value) for value in values]

    @property
    def all(self) -> list[str]:
        return list(self._numbers)


def _card(item: IntegrationView, text: _Texts) -> list[Any]:
    return [
        text(item.anchor),
        text(item.label),
        text(item.integration.owner),
        text("|".join(item.channels)),
        item.effort[1],
        text(item.worst.why),
        text.each(standing.verdict for standing in item.standings.values()),
        text(item.presence),
        [text.each(pair) for pair in item.described],
        [_connection(row, text) for row in item.connections],
        [text.each((finding.rule.id, finding.rule.title)) for finding in item.remedies],
        [text.each((finding.rule.id, finding.rule.title)) for finding in item.advice],
        text.each(f"{words.begin(gap.question)}. Settled by the {gap.settled_by}." for gap in item.gaps),
        [text.each((proof.supports, proof.value, words.place(proof))) for proof in item.evidence],
    ]


def _connection(row: ConnectionView, text: _Texts) -> list[Any]:
    return [
        text(row.title),
        text.each(row.verdicts.values()),
        text(row.connection.privileged_because),
        text.each(row.said),
        [text.each((proof.supports, proof.value, words.place(proof))) for proof in row.connection.evidence],
    ]
