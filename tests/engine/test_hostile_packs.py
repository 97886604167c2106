"""Packs that strangers wrote to do harm: nothing outside is reached, and nothing runs without end."""

import os
import re
import time
import tomllib
from datetime import date
from pathlib import Path

import duckdb
import pytest

from auditor import Engagement, PackError, read_pack
from auditor.engine.check import check
from auditor.engine.condition import Condition, read_condition
from auditor.engine.judge import judge
from auditor.engine.pack import examine_pack
from auditor.engine.table import FactsTable
from auditor.inventory import Inventory
from auditor.model import Account, Connection, Integration

CORPUS = Path(__file__).parent / "hostile_packs"
SHIPPED = Path(__file__).parents[2] / "rules" / "2018.2-2019.1.toml"
# Of a processor's time, which does not grow beside other tests. The slowest takes a tenth of it, and what these packs
# try would take hours.
SECONDS = 10

PACK = """id = "x"
title = "x"
version = "1"
[privilege]
standard_roles = []
[[phase]]
id = "2030.1"
title = "x"
window = [2030-01-01, 2030-06-30]
"""
RULE = """[[rule]]
id = "BAD-{number}"
phase = "2030.1"
verdict = "breaks"
title = "x"
when = {when}
why = "x"
authority = "x"
fix = ["x"]
who = "x"
effort_hours = [1, 2]
sources = ["x"]
"""


def pack_with(*conditions):
    quoted = (f'"""{when}"""' for when in conditions)
    return PACK + "".join(RULE.format(number=100 + n, when=when) for n, when in enumerate(quoted))


def conditions():
    for path in sorted(CORPUS.glob("*.sql")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip() and not line.startswith("#"):
                yield pytest.param(line, id=f"{path.stem}-{number}")


@pytest.mark.parametrize("when", list(conditions()))
def test_no_condition_reaches_anything_but_facts(tmp_path, monkeypatch, when):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bait.csv").write_text("a\n1\n")
    path = tmp_path / "pack.toml"
    path.write_text(pack_with(when.replace("\\", "\\\\")), encoding="utf-8")
    before = dict(os.environ)

    with pytest.raises(PackError) as refused:
        read_pack(str(path))

    assert re.match(r".*pack\.toml:\d+: ", str(refused.value), re.DOTALL)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bait.csv", "pack.toml"]
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "sql",
    [
        "exists (select * from read_csv('{bait}'))",
        "exists (select * from '{bait}')",
        "exists (select * from read_text('{bait}'))",
        "exists (select * from glob('{folder}/*'))",
        "exists (select * from read_parquet('https://example.invalid/x.parquet'))",
        "getenv('HOME') is not null",
        "exists (select * from bait_frame)",
    ],
)
def test_behind_the_reader_stands_a_database_that_can_reach_nothing(tmp_path, sql):
    bait = tmp_path / "bait.csv"
    bait.write_text("a\n1\n")
    bait_frame = [1]  # python_enable_replacements would let SQL read the caller's variables
    sound = read_condition("role_active")
    # What no pack can write: SQL that the reader has not made.
    forged = Condition(tree=sound.tree, sql=sql.format(bait=bait, folder=tmp_path), reads=sound.reads, lookups=())
    table = FactsTable([Connection(id="c1", role_active=True)], [sound])

    with pytest.raises(duckdb.Error):
        table.ask([forged])
    assert bait_frame == [1]


@pytest.mark.parametrize("statement", ["set enable_external_access = true", "attach '{file}'", "copy connections to '{file}'", "install httpfs", "load httpfs"])  # fmt: skip
def test_the_database_can_not_be_opened_up_again(tmp_path, statement):
    table = FactsTable([Connection(id="c1", role_active=True)], [read_condition("role_active")])

    with pytest.raises(duckdb.Error):
        table._duckdb.execute(statement.format(file=tmp_path / "x.db"))

    assert list(tmp_path.iterdir()) == []


ENDLESS = {
    "parentheses": "(" * 900 + "role_privileged" + ")" * 900,
    "parentheses within bounds": "and ".join(["((((((((((((role_privileged)))))))))))) "] * 40),
    "open parentheses": "(" * 12 + "role_privileged",
    "functions": "lower(" * 300 + "role" + ")" * 300 + " = 'a'",
    "not": "not " * 450 + "role_privileged",
    "minus": "logins > " + "- " * 900 + "1",
    "case": "case when " * 180,
    "casts": "cast(" * 12 + "role",
    "comparisons": " < ".join(["logins"] * 200),
    "dots": ".".join(["a"] * 900),
    "commas": "role in (" + "," * 1900 + ")",
    "wildcards": "role like '" + "%a" * 900 + "'",
    "single wildcards": "role like '" + "_a%" * 600 + "'",
    "a pattern from the account": "role like user",
    "too long": "role_privileged and " * 200 + "role_privileged",
    "intervals": "interval " * 200,
    "dates": "date " * 390 + "'2020-01-01'",
    "lambda": "(a, " * 12 + ")" * 12,
    "with": "with a as (" * 12,
}


@pytest.mark.parametrize("when", ENDLESS.values(), ids=ENDLESS)
def test_no_condition_keeps_the_reader_busy(when):
    started = time.process_time()

    with pytest.raises(PackError) as refused:
        read_condition(when)

    assert time.process_time() - started < SECONDS
    assert len(str(refused.value)) < 500


def deep(text):
    return f"{PACK}x = {text}\n"


BROKEN = {
    "nested arrays": deep("[" * 200_000),
    "nested tables": deep("{a=" * 200_000),
    "a number of many digits": deep("9" * 100_000),
    "an endless dotted key": ".".join(["a"] * 400_000) + " = 1\n",
    "an endless dotted header": "[" + ".".join(["a"] * 400_000) + "]\n",
    "a dotted key in quotes": ".".join(['"a"'] * 200_000) + " = 1\n",
    "a dotted key within a table": deep("{" + ".".join(["a"] * 400_000) + " = 1}"),
    "larger than 1 MiB": PACK + "# " + "x" * (1 << 20),
    "one endless word": "a" * 1_000_000,
    "spaces": "a" + " " * 1_000_000 + ".",
    "no text": "\x00\x01",
    "an open string": PACK + 'x = """' + "x" * 900_000,
    "too many rules": PACK + "".join(RULE.format(number=n % 900 + 100, when='"role_active"') for n in range(600)),
    "too many phases": PACK + '[[phase]]\nid = "a"\ntitle = "a"\nwindow = [2030-01-01, 2030-06-30]\n' * 60,
    "hours without end": pack_with("role_active").replace("[1, 2]", "[1, inf]"),
    "hours that are no number": pack_with("role_active").replace("[1, 2]", "[nan, nan]"),
    "hours below nothing": pack_with("role_active").replace("[1, 2]", "[-5, 2]"),
    "a path as an id": PACK.replace('id = "x"', 'id = "../../x"', 1) + RULE.format(number=100, when='"role_active"'),
    "another file": 'include = "/etc/passwd"\n' + PACK + RULE.format(number=100, when='"role_active"'),
    "code": "__import__('os').system('true')",
}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_no_file_keeps_the_program_busy_or_breaks_it(tmp_path, text):
    path = tmp_path / "pack.toml"
    path.write_text(text, encoding="utf-8")
    started = time.process_time()

    with pytest.raises(PackError) as refused:
        read_pack(str(path))

    assert time.process_time() - started < SECONDS
    assert len(str(refused.value)) < 1000


def test_a_pack_is_a_file_and_nothing_else(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml") if hasattr(os, "mkfifo") else (tmp_path / "pipe.toml").mkdir()

    for name in (tmp_path, tmp_path / "pipe.toml", "/dev/zero", "https://example.invalid/pack.toml"):
        with pytest.raises(PackError, match="there is no rule pack"):
            read_pack(str(name))


LONGEST = "lower(role) like '%a%b%c' or " * 30 + "role_active or logins = {}"


def test_the_largest_pack_that_may_be_is_read_in_bounded_time(tmp_path):
    path = tmp_path / "pack.toml"
    path.write_text(pack_with(*(LONGEST.format(n) for n in range(500))), encoding="utf-8")
    started = time.process_time()

    _, faults = examine_pack(str(path))

    assert (faults, time.process_time() - started < 3 * SECONDS) == ((), True)


def test_rules_as_long_as_may_be_are_judged_in_time_that_grows_with_their_number(tmp_path):
    path = tmp_path / "pack.toml"
    path.write_text(pack_with(*(LONGEST.format(n) for n in range(30))), encoding="utf-8")
    connections = tuple(Connection(id=str(n), role="abc" * 20 + str(n)) for n in range(2000))
    integration = Integration(key="x", name="x", connections=tuple(one.id for one in connections))
    account = Account(integrations=(integration,), connections=connections, roles=(), conflicts=())
    pack = read_pack(str(path))
    started = time.process_time()

    judged = judge(account, Inventory(frames={}, inputs=()), pack, Engagement(as_of=date(2030, 1, 1)))

    assert judged.integrations[0].verdicts == {"2030.1": "undetermined"}
    assert {gap.fact for gap in judged.gaps} == {"role_active", "logins", "authentication"}
    assert time.process_time() - started < 3 * SECONDS


def test_names_from_a_pack_can_not_leave_their_quotes(tmp_path):
    name = 'x" or 1=1; drop table connections; --'
    text = SHIPPED.read_text(encoding="utf-8").replace('id = "2018.2-2019.1"', f"id = '{name}'", 1)
    path = tmp_path / "pack.toml"
    path.write_text(text, encoding="utf-8")

    assert tomllib.loads(text)["id"] == name
    with pytest.raises(PackError, match='"id"'):
        read_pack(str(path))


def test_a_sound_pack_still_passes(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")

    assert check(read_pack(str(path))) == ()
