"""Whose an integration is, where the list's owner says only that."""

import pytest

from auditor.vocabulary import Owner, owner_side


@pytest.mark.parametrize(
    ("owner", "side"),
    [
        ("In-house", Owner.INTERNAL),
        ("intern", Owner.INTERNAL),
        ("3rd Party", Owner.VENDOR),
        ("Extern", Owner.VENDOR),
        ("proveedor", Owner.VENDOR),
        ("社外", Owner.VENDOR),
        ("Ana Externo", None),
        ("Finance", None),
        (None, None),
    ],
)
def test_a_word_tells_the_side_and_a_name_does_not(owner, side):
    assert owner_side(owner) is side
