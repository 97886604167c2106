"""What the tests of the live account share."""

import tomllib
from pathlib import Path

import pytest

from auditor.netsuite.signing import Secrets


@pytest.fixture(scope="session")
def vectors():
    """Return the signatures that Oracle publishes."""
    return tomllib.loads((Path(__file__).parent / "vectors.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def published(vectors):
    """Return the published secrets of a vector."""
    return lambda name: Secrets(
        **{part: vectors[name][part] for part in ("consumer_key", "consumer_secret", "token_id", "token_secret")}
    )
