"""The benchmarks run, and print a line for every promise. What they measure is not tested: tests never depend on timing."""

import subprocess
import sys
from pathlib import Path


def test_the_loader_is_measured_against_its_peers(tmp_path):
    command = [
        sys.executable,
        "-m",
        "benchmarks.speed",
        "--rows",
        "3000",
        "--rounds",
        "1",
        "--growth",
        "--folder",
        str(tmp_path),
    ]

    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)

    assert (done.returncode, done.stderr) == (0, "")
    for what in (
        "DuckDB's scan",
        ".csv.gz",
        "files : one file",
        "a broken line",
        "all reports",
        "XLSX list",
        "peak memory",
    ):
        assert what in done.stdout
