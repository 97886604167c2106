# What CI runs, on the files as they are here. `.ci/run` runs it on what is committed, in a clean clone.
PYTHON ?= .venv/bin/python

.PHONY: check test lint format

check: lint test

test:
	$(PYTHON) -m pytest

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format:
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
