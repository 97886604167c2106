"""What a user waits for before the first word appears."""

import json
import subprocess
import sys

_HELP = """
import json, sys
from auditor.cli import main
sys.argv = ["auditor", "--help"]
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""

# Each of them costs more than the rest of the start together.
_HEAVY = {
    "duckdb",
    "jinja2",
    "keyring",
    "numpy",
    "oauthlib",
    "openpyxl",
    "pandas",
    "pydantic",
    "python_calamine",
    "requests",
    "rich",
    "sqlglot",
    "typst",
}


def test_help_imports_nothing_heavy():
    ran = subprocess.run([sys.executable, "-c", _HELP], capture_output=True, text=True, check=True)

    assert ran.stdout.startswith("Usage: auditor")
    assert _HEAVY.intersection(json.loads(ran.stderr)) == set()
