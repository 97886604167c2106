"""The documents of the rehearsal, followed to the letter in two terminals."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_rehearsal_command import running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a test can't press Ctrl-C there")

DOCUMENTS = Path(__file__).parents[3] / "docs"


def blocks(name, language=""):
    text = (DOCUMENTS / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def follow(program, text, folder, secrets=None):
    return subprocess.run(
        [program, "-c", text], cwd=folder, env=os.environ | (secrets or {}), capture_output=True, text=True, check=True
    ).stdout


def test_the_program_that_signs_in_signs_in(tmp_path):
    [program] = blocks("rehearse.md", "python")

    with running("--keys", tmp_path / "keys.json"):
        said = follow(sys.executable, program, tmp_path).splitlines()

    assert [line.partition(" {")[0] for line in said] == [
        "Price List Loader (C#) with its token: 200",
        "Pipecrest CRM Sync with its token: 200",
        "Nightly GL Export (C#) with its token: 200",
        "DockHand WMS with its token: 401",  # its role is Web Services Only
        "Price List Loader with a password, as Administrator: 401",
        "CRM Sync with a password, as HS Sales Admin - East Lite: 401",
        "CRM Sync with a password, as HS Storefront: 200",
        "GL Export with a password, as HS Accountant: 200",
        "WMS User with a password, as HS Warehouse WS: 401",
        "WMS User with a password, as Warehouse Manager: 200",
        "Freightnest User with a password, as HS Web Services: 401",
    ]


@pytest.mark.skipif(not shutil.which("bash"), reason="follows what is written for bash")
def test_what_signed_in_today_is_collected_and_audited_today(tmp_path):
    [setting] = [block for block in blocks("live.md") if block.startswith("for PART in")]
    [collecting] = [block for block in blocks("live.md") if "--rehearsal http" in block]
    program = f'auditor() {{ "{sys.executable}" -m auditor "$@"; }}\nset -e\n'

    with running("--keys", tmp_path / "keys.json") as said:
        follow(sys.executable, blocks("rehearse.md", "python")[0], tmp_path)
        time.sleep(1)  # the trail is collected to the second in which the collection begins
        commands = collecting.replace("http://127.0.0.1:8021", said["url"])
        follow("bash", program + setting.replace("python3", f'"{sys.executable}"') + commands, tmp_path)

    trail = (tmp_path / "collected" / "LoginAuditTrail.csv").read_text(encoding="utf-8").splitlines()
    assert len(trail) == 1 + 11
    assert (tmp_path / "report" / "report.html").exists()
