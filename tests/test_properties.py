"""Laws that hold for every account, not only for the ones we thought of."""

import csv
import gzip
import io
import random
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auditor import Engagement, audit, read_pack

PACK = read_pack("2018.2-2019.1")
LISTS = {
    "integrations": ["Name", "State", "Role", "User", "Authentication", "Token-based Authentication", "User Credentials"],
    "roles": ["Internal ID", "Name", "Type", "Parent Role", "Mandatory 2FA", "Web Services Only Role", "Inactive"],
    "trail": ["Date", "Email Address", "Request URI", "Role", "Status", "User", "Detail", "Token-based Access Token Name", "Token-based Application Name"],
    "tokens": ["Internal ID", "Token name", "User", "Role", "Application", "Inactive", "Created", "Created By"],
    "operations": ["API Version", "Authentication Method", "Integration", "User Email", "Time", "Job ID"],
    "usage": ["Job ID", "Date-time", "Integration", "Action", "User"],
    "users": ["Name", "Email", "Role", "Login Access", "Inactive"],
    "two-factor": ["Role", "Mandatory 2FA", "Two-Factor Authentication Required", "Duration of Trusted Device"],
    "permissions": ["Name", "Permission", "Level"],
}  # fmt: skip
NAMES = ["Feed", "Shop", "EDI", "Bank"]
ROLES = ["Administrator", "Clerk", "Lead", "Deep", "Orphan", "Nowhere"]
USERS = [f"u{number}@x.example" for number in range(4)]
URIS = [
    "/services/NetSuitePort_2014_2",
    "/services/NetSuitePort_2018_1",
    "/app/site/hosting/restlet.nl?script=1",
    "/services/rest/x",
]

one = st.sampled_from
blank_or = lambda values: st.one_of(st.just(""), one(values))  # noqa: E731
integration = st.tuples(
    one(NAMES), blank_or(["Enabled", "Blocked"]), blank_or(ROLES), blank_or(USERS),
    blank_or(["TBA", "NLAuth", "user credentials", "magic"]), blank_or(["Yes", "No"]), blank_or(["Yes", "No"]),
)  # fmt: skip
role = st.one_of(
    st.just(("18", "Clerk", "Standard", "", "No", "", "")),
    st.just(("1001", "Lead", "Custom", "Sales Administrator", "", "", "")),
    st.just(("1002", "Deep", "Custom", "Lead", "", "Yes", "")),
    st.just(("1003", "Orphan", "Custom", "Gone", "", "", "No")),
    st.just(("1003", "Orphan", "Custom", "Clerk", "Yes", "", "")),
)
login = st.tuples(
    st.integers(1, 70), one(USERS), one(URIS), blank_or(ROLES), one(["Success", "Failure"]), blank_or(NAMES)
)
token = st.tuples(blank_or(NAMES).filter(bool), one(USERS), one(ROLES), one(["Yes", "No"]))
operation = st.tuples(
    one(["2014.2", "2018.1"]), one(["User Credentials", "Token-based Authentication", ""]), blank_or(NAMES), one(USERS),
    one(["6/13/2018 9:00 am", "6/16/2018 9:00 am", ""]), st.just("1"),
)  # fmt: skip
used = st.tuples(st.just("1"), st.just("6/13/2018 9:00 am"), one(NAMES), st.just("add"), one(USERS))
user = st.tuples(one(USERS), one(USERS), one(ROLES), one(["Yes", "No"]), one(["Yes", "No"]))
two_factor = st.tuples(
    one(ROLES[1:]),
    blank_or(["Yes", "No"]),
    one(["2FA authentication required", "Not required"]),
    st.just("Per session"),
)
permission = st.tuples(
    one(ROLES[1:]), one(["Lists", "Integration Application", "Log in using Access Tokens"]), one(["Full", "None"])
)


def _login(number, values):
    minute, user, uri, role_name, status, application = values
    # A stamp of its own for each login, so that no two are equal.
    stamp = f"6/{13 + minute // 24}/2018 {minute % 12 + 1}:{number % 60:02} {'am' if minute % 24 < 12 else 'pm'}"
    token_name = f"{application} token" if application else ""
    return [stamp, user, uri, role_name, status, user, "", token_name, application]


accounts = st.builds(
    lambda integrations, roles, logins, tokens, operations, usage, users, two_factor, permissions: {
        "operations": [list(row) for row in operations if row[1] or row[2]],
        "usage": [list(row) for row in usage],
        "users": [[email, email, *rest] for email, _, *rest in users],
        "two-factor": [list(row) for row in two_factor],
        "permissions": [list(row) for row in permissions],
        "integrations": [list(row) for row in integrations],
        "roles": [list(row) for row in roles],
        "trail": [_login(number, row) for number, row in enumerate(logins)],
        "tokens": [[str(n), f"t{n}", user, name, app, off, "", ""] for n, (app, user, name, off) in enumerate(tokens)],
    },
    st.lists(integration, min_size=1, max_size=6),
    st.lists(role, max_size=4),
    st.lists(login, max_size=12),
    st.lists(token, max_size=3),
    st.lists(operation.filter(lambda row: bool(row[1])), max_size=4),
    st.lists(used, max_size=3),
    st.lists(user, max_size=4),
    st.lists(two_factor, max_size=2, unique_by=lambda row: row[0]),
    st.lists(permission, max_size=4),
)
law = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def write(folder: Path, account, *, form="csv", parts=1, shuffle=None, without=()):
    folder.mkdir(parents=True)
    for name, header in LISTS.items():
        rows = list(account.get(name, ()))
        if not rows or name in without:
            continue
        if shuffle is not None:
            random.Random(shuffle).shuffle(rows)
        for part in range(parts if name == "trail" else 1):
            own = rows[part::parts] if name == "trail" else rows
            if own:
                _write(folder / f"{name}{part}", [header, *own], form)
    return folder


def _write(path, rows, form):
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in [["Exported by Ann"], *rows]:
            book.active.append(row)
        book.save(path.with_suffix(".xlsx"))
        return
    if form in ("spreadsheet", "html"):
        path.with_suffix(".xls").write_text(_marked_up(rows, form), encoding="utf-8")
        return
    text = io.StringIO(newline="")
    delimiter, encoding = {"excel": (";", "cp1252"), "unicode": ("\t", "utf-16")}.get(form, (",", "utf-8"))
    csv.writer(text, delimiter=delimiter).writerows(rows)
    content = text.getvalue().encode(encoding)
    if form == "zip":
        with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
            archive.writestr("export.csv", content)
    else:
        path.with_suffix(".csv").write_bytes(gzip.compress(content) if form == "gzip" else content)


def _marked_up(rows, form):
    """The rows as NetSuite writes them: in XML Spreadsheet 2003, blank cells are left out and the next one says where it is."""
    if form == "html":
        lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
        return f"<html><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></html>"
    lines = (
        "".join(
            f'<Cell ss:Index="{at}"><Data ss:Type="String">{escape(cell)}</Data></Cell>'
            for at, cell in enumerate(row, 1)
            if cell
        )
        for row in rows
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    table = "".join(f"<Row>{line}</Row>" for line in lines)
    return f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="L"><Table>{table}</Table></Worksheet></Workbook>'


def assess(folder):
    assessment = audit([folder], PACK, Engagement(client="x", as_of=date(2018, 8, 28)))
    for item in assessment.inputs:
        assert item.rows == item.used + sum(row.count for row in (*item.set_aside, *item.rejected))
    return assessment


def told(assessment):
    """What an assessment says, without its ids and its row numbers."""
    facts = (
        "user",
        "role",
        "channel",
        "authentication",
        "role_privileged",
        "logins",
        "failures",
        "first_seen",
        "last_seen",
        "superseded_on",
    )
    connections = sorted(
        (
            str(item.connection.integration),
            *(str(getattr(item.connection, fact)) for fact in facts),
            *map(str, item.verdicts.values()),
        )
        for item in assessment.connections
    )
    return connections, verdicts(assessment), sorted((gap.fact, len(gap.integrations)) for gap in assessment.gaps)


def by_connection(assessment):
    """Verdicts by what a connection is."""
    facts = ("integration", "user", "role", "channel", "authentication")
    return {
        tuple(str(getattr(item.connection, fact)) for fact in facts): tuple(map(str, item.verdicts.values()))
        for item in assessment.connections
    }


def verdicts(assessment):
    return {item.integration.name: tuple(map(str, item.verdicts.values())) for item in assessment.integrations}


@law
@given(account=accounts, form=one(["excel", "unicode", "gzip", "zip", "xlsx", "spreadsheet", "html"]))
def test_the_form_of_the_exports_changes_nothing(tmp_path_factory, account, form):
    folder = tmp_path_factory.mktemp("form")

    plain, other = write(folder / "plain", account), write(folder / "other", account, form=form)

    assert told(assess(other)) == told(assess(plain))


@law
@example(
    account={
        "integrations": [
            ["Feed", "", "", "", "", "", ""],
            ["Feed", "", "", "", "", "", "Yes"],
            ["Feed", "", "", USERS[0], "", "Yes", ""],
        ],
        "roles": [],
        "trail": [],
        "tokens": [["0", "t0", USERS[0], "Administrator", "Feed", "No", "", ""]],
    },
    parts=1,
    seed=0,
)
@given(account=accounts, parts=st.integers(1, 4), seed=st.integers(0, 9))
def test_the_order_of_rows_and_the_number_of_files_change_nothing(tmp_path_factory, account, parts, seed):
    folder = tmp_path_factory.mktemp("order")

    plain, other = write(folder / "plain", account), write(folder / "other", account, parts=parts, shuffle=seed)

    assert told(assess(other)) == told(assess(plain))


@law
@given(account=accounts, people=st.lists(st.tuples(st.integers(1, 70), one(USERS), one(ROLES)), max_size=6))
def test_people_in_a_browser_change_nothing(tmp_path_factory, account, people):
    folder = tmp_path_factory.mktemp("people")
    pages = [
        _login(number + 30, (minute, user, "/app/center/card.nl", name, "Success", ""))
        for number, (minute, user, name) in enumerate(people)
    ]
    account["trail"] = account["trail"] or [_login(0, (1, USERS[0], URIS[1], "Clerk", "Success", "Feed"))]

    plain = write(folder / "plain", account)
    other = write(folder / "other", account | {"trail": account["trail"] + pages})

    assert told(assess(other)) == told(assess(plain))


@law
@given(account=accounts, lost=one([name for name in LISTS if name != "integrations"]))
def test_a_list_that_is_missing_makes_nothing_ready_that_was_not(tmp_path_factory, account, lost):
    folder = tmp_path_factory.mktemp("lost")

    whole = by_connection(assess(write(folder / "whole", account)))
    less = by_connection(assess(write(folder / "less", account, without=(lost,))))

    # A connection that only the lost list shows is lost with it; what is known without it must not look better.
    for way in whole.keys() & less.keys():
        for before, now in zip(whole[way], less[way], strict=True):
            assert not (now == "ready" and before in ("undetermined", "breaks")), (way, whole, less)


@law
@given(account=accounts)
def test_every_listed_integration_is_judged(tmp_path_factory, account):
    assessment = assess(write(tmp_path_factory.mktemp("all") / "a", account))

    assert {row[0] for row in account["integrations"]} <= set(verdicts(assessment))
