"""A login audit trail of any size, as NetSuite would export it: a few hundred distinct connections, one seed, no luck.

python -m benchmarks.trail ROWS FILE
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

# 40 applications with tokens, 60 users with credentials, 90 people in a browser; hash(i) stands in for chance.
_QUERY = """
copy (
    select
        strftime(timestamp '2018-06-01' + to_seconds(cast(i * (7776000.0 / {rows}) as bigint)), '%-m/%-d/%Y %-I:%M %p') as "Date",
        case when kind < 55 then 'svc' || app || '@harborsupply.example'
             when kind < 80 then 'legacy' || usr || '@harborsupply.example'
             else 'person' || person || '@harborsupply.example' end as "Email Address",
        '10.' || (h % 200) || '.' || (h // 7 % 250) || '.' || (h // 11 % 250) as "IP Address",
        case when kind < 30 then '/services/NetSuitePort_201' || (app % 5 + 4) || '_' || (app % 2 + 1)
             when kind < 55 then '/app/site/hosting/restlet.nl?script=' || (app + 100) || '&deploy=1&compid=1234567&recordtype=salesorder'
             when kind < 70 then '/services/NetSuitePort_201' || (usr % 5 + 3) || '_' || (usr % 2 + 1)
             when kind < 80 then '/app/site/hosting/restlet.nl?script=' || (usr + 500) || '&deploy=1&compid=1234567&recordtype=itemfulfillment'
             else '/app/login/secure/enterpriselogin.nl?c=1234567&redirect=%2Fapp%2Fcenter%2Fcard.nl' end as "Request URI",
        case when kind < 55 then 'Integration ' || (app % 12)
             when kind < 80 then case usr % 4 when 0 then 'Administrator' else 'Legacy ' || (usr % 9) end
             else 'Clerk ' || (person % 7) end as "Role",
        case when h % 3 = 0 then 'Trusted device' else '' end as "Security Challenge",
        case when h % 97 = 0 then 'Failure' else 'Success' end as "Status",
        case when kind < 55 then 'Service ' || app when kind < 80 then 'Legacy ' || usr else 'Person ' || person end as "User",
        case when kind < 80 then 'Axis/1.4 (Java/1.8.0_' || (app + 100) || '; connector build ' || (usr + 1000) || ')'
             else 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/68.0.3440.' || (person + 10) || ' Safari/537.36' end as "User Agent",
        case when h % 97 <> 0 then '' when kind < 55 then 'InvalidSignature' else 'Invalid password' end as "Detail",
        case when kind < 55 then 'token ' || app else '' end as "Token-based Access Token Name",
        case when kind < 55 then 'Application ' || app else '' end as "Token-based Application Name"
    from (
        select i, h, h % 100 as kind, h // 100 % 40 as app, h // 100 % 60 as usr, h // 100 % 90 as person
        from (select range as i, hash(range) // 1024 as h from range({rows}))
    )
    order by i
) to '{file}' (header, delimiter ',', quote '"')
"""


def write_trail(rows: int, file: Path) -> None:
    """Write a login audit trail of that many rows, about 240 bytes each.

    In a process of its own: what this one has used counts as the peak memory of every process it starts.
    """
    subprocess.run([sys.executable, "-m", "benchmarks.trail", str(rows), str(file)], check=True)


def _write(rows: int, file: Path) -> None:
    escaped = str(file).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(_QUERY.format(rows=rows, file=escaped))


def split_trail(trail: Path, folder: Path, count: int) -> None:
    """Write the trail once more, as so many files one after the other in time, each with the header."""
    folder.mkdir()
    with trail.open(encoding="utf-8") as source:
        header, lines = source.readline(), sum(1 for _ in source)
        source.seek(0)
        source.readline()
        each = -(-lines // count)
        for number in range(count):
            with (folder / f"{number:04}.csv").open("w", encoding="utf-8") as target:
                target.write(header)
                target.writelines(line for _, line in zip(range(each), source, strict=False))


if __name__ == "__main__":
    _write(int(sys.argv[1]), Path(sys.argv[2]))
