"""Reading prints nothing: standard output is for results."""

import subprocess
import sys

# As a notebook is: a main module without a file, in which DuckDB takes itself to be used by a person.
_LONG_QUERY = """
from pathlib import Path
import sys
import duckdb
from auditor.engagement import Engagement
from auditor.loader.apart import group_apart
real = duckdb.connect
def connect(*given, **how):
    connection = real(*given, **how)
    connection.execute("set progress_bar_time = 50")
    return connection
duckdb.connect = connect
print(group_apart(Path(sys.argv[1], "logins.csv"), Engagement()).groups["logins"].tolist())
"""


def test_no_progress_bar_of_duckdb_is_drawn(tmp_path):
    header = "Date/Time,User,Role,Request URI,Status,Token-based Application Name\n"
    row = "5/1/2018 1:00 am,Boomi,Administrator,/services/NetSuitePort_2018_1,Success,\n"
    (tmp_path / "logins.csv").write_text(header + row * 200_000)

    done = subprocess.run(
        [sys.executable, "-c", _LONG_QUERY, tmp_path], capture_output=True, text=True, encoding="utf-8", check=True
    )

    assert done.stdout == "[200000]\n"
