"""Small assessments made by hand: one a consultant could meet, and one full of hostile text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.assessment import Assessment, Finding, Gap, JudgedConnection, JudgedIntegration, Phase, Rule
from auditor.decision import Decision
from auditor.inventory import Guide, Input, Unusable
from auditor.model import Claim, Conflict, Connection, Evidence, Integration, Role, facts
from auditor.vocabulary import Authentication, Channel, List, Owner, RuleVerdict, State, Verdict

PRIVILEGED = Rule(
    id="TBA-101",
    phase="2018.2",
    verdict=RuleVerdict.BREAKS,
    title="Highly privileged role signs in with user credentials",
    when="authentication = 'user credentials' and role_privileged",
    why="From 2018.2 NetSuite refuses it.",
    authority="the rollout announcement",
    note="Oracle's documentation dates it to 2019.1.",
    fix=("Create an access token.", "Untick User Credentials."),
    who="client administrator",
    effort_hours=(2, 6),
    sources=("https://example.com/announcement",),
)
EVERY_ROLE = replace(
    PRIVILEGED,
    id="TBA-201",
    phase="2019.1",
    title="Any role signs in with user credentials",
    note=None,
    fix=("Ask the vendor for a version that uses TBA.",),
    who="vendor",
    effort_hours=(1, 4.5),
)
BOTH_BOXES = replace(
    PRIVILEGED, id="TBA-210", verdict=RuleVerdict.AT_RISK, title="Both boxes are ticked", note=None, effort_hours=(1, 1)
)

PROOF = Evidence(
    file="integrations.xlsx", sheet="Sheet1", rows=(2,), count=1, supports="authentication", value="User Credentials"
)


def integration(
    number: int,
    name: str,
    verdicts: str,
    *,
    rules: tuple[Rule, ...] = (),
    authentication: Authentication | None = Authentication.USER_CREDENTIALS,
    user: str | None = "svc@harbor.example",
    role: str | None = "AP Clerk",
    contact: str | None = None,
) -> tuple[JudgedIntegration, JudgedConnection, tuple[Finding, ...]]:
    """Return an integration with one connection; verdicts are given as "breaks ready", one word a phase."""
    id_ = f"c{number}"
    found = tuple(Finding(id=f"f{number}-{rule.id}", rule=rule, connection=id_) for rule in rules)
    judged = {phase: Verdict(word) for phase, word in zip(("2018.2", "2019.1"), verdicts.split(), strict=True)}
    connection = Connection(
        id=id_,
        evidence=(PROOF,),
        integration=name,
        integration_state=State.ENABLED,
        owner=Owner.VENDOR,
        user=user,
        role=role,
        channel=Channel.SOAP,
        role_privileged=PRIVILEGED in rules,
        authentication=authentication,
    )
    granted = Decision(reason="ticket 4711", owner="Oracle Support", until=date(2019, 12, 31), is_waiver=False)
    exemptions = {phase: (granted,) for phase, verdict in judged.items() if verdict is Verdict.EXEMPT}
    return (
        JudgedIntegration(
            integration=Integration(
                key=f"k{number}",
                name=name,
                internal_id=str(number),
                state=State.ENABLED,
                owner="vendor",
                contact=contact,
                connections=(id_,),
                evidence=(replace(PROOF, supports="name", value=name),),
            ),
            verdicts=judged,
            breaks_at=next((phase for phase, verdict in judged.items() if verdict is Verdict.BREAKS), None),
            effort_hours=max((rule.effort_hours for rule in rules), default=(0, 0), key=lambda hours: hours[1]),
        ),
        JudgedConnection(
            connection=connection, verdicts=judged, findings=tuple(item.id for item in found), exemptions=exemptions
        ),
        found,
    )


def assessment(
    *parts: tuple[JudgedIntegration, JudgedConnection, tuple[Finding, ...]],
    gaps: tuple[Gap, ...] = (),
    client: str = "Harbor Supply Co.",
) -> Assessment:
    """Return an assessment of these integrations."""
    return Assessment(
        client=client,
        consultant="Northgate Advisory",
        as_of=date(2018, 8, 28),
        pack_id="2018.2-2019.1",
        pack_version="1.0",
        pack_title="Token-based authentication rollout",
        phases=(
            Phase(
                id="2018.2",
                title="Highly privileged roles",
                window=(date(2018, 7, 1), date(2018, 12, 31)),
                effective=date(2018, 9, 14),
            ),
            Phase(id="2019.1", title="Every role", window=(date(2019, 1, 1), date(2019, 6, 30))),
        ),
        integrations=tuple(part[0] for part in parts),
        connections=tuple(part[1] for part in parts),
        findings=tuple(finding for part in parts for finding in part[2]),
        gaps=gaps,
        conflicts=(
            Conflict(
                subject='role "AP Clerk"',
                fact="base_role",
                claims=(
                    Claim(value="A/P Clerk", file="roles.csv", sheet=None, row=4),
                    Claim(value="Administrator", file="old.xlsx", sheet="Roles", row=9),
                ),
            ),
        ),
        roles=(
            Role(name="AP Clerk", privileged=False, privileged_because="based off A/P Clerk", listed=True),
            Role(
                name="Administrator",
                internal_id="3",
                privileged=True,
                privileged_because="one of the five standard roles",
            ),
        ),
        rules=(PRIVILEGED, EVERY_ROLE, BOTH_BOXES),
        inputs=(
            Input(
                file="integrations.xlsx",
                sheet="Sheet1",
                list=List.INTEGRATIONS,
                rows=len(parts) + 2,
                used=len(parts),
                set_aside=(Unusable(row=90, reason="a total"),),
                rejected=(Unusable(row=12, reason="no name"),),
                columns={"name": "Name"},
                unused_columns=("Colour",),
                notes=("read as cp1252",),
            ),
        ),
        notes=("An exemption has expired.",),
        missing_lists=(List.ROLES,),
    )


def gap(fact: str, *numbers: int) -> Gap:
    """Return a gap that concerns the integrations with these numbers."""
    declared = facts()[fact]
    return Gap(
        fact=fact,
        meaning=declared.meaning,
        connections=tuple(f"c{number}" for number in numbers),
        integrations=tuple(f"k{number}" for number in numbers),
        settled_by=declared.settled_by,
    )


@pytest.fixture
def every_verdict() -> Assessment:
    """Return an account with every verdict; counts are (breaks, undetermined, at-risk, exempt, ready, inactive)."""
    return assessment(
        integration(1, "Zendesk", "ready ready", authentication=Authentication.TBA),
        integration(2, "Boomi", "ready breaks", rules=(EVERY_ROLE,)),
        integration(3, "Shopify", "breaks breaks", rules=(PRIVILEGED, EVERY_ROLE), role="Administrator"),
        integration(4, "BI extract", "undetermined undetermined", authentication=None),
        integration(5, "Power BI", "at-risk at-risk", rules=(BOTH_BOXES,), authentication=Authentication.TBA),
        integration(6, "Tax tool", "exempt exempt", rules=(EVERY_ROLE,)),
        integration(7, "Old Magento", "inactive inactive"),
        integration(8, "Concur", "undetermined breaks", rules=(EVERY_ROLE,), role=None),
        gaps=(gap("authentication", 4), gap("role_privileged", 4, 8)),
    )


HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    '</script><img src="https://evil.example/x.png" onerror="alert(2)">',
    '=HYPERLINK("https://evil.example","click")',
    "+1+1",
    "-2+3",
    "@SUM(1,2)",
    "\t=1+1",
    "\x07=1+1",
    "#REF!",
    "control \x00\x07\x1b[31m red",
    "reads \u202ebackwards\u202c",
    "שלום العربية",
    "N" * 10_000,
    "emoji 🚢📦",
    "file \udcff name",
    "{{ 7 * 7 }} {% raw %}",
    "&amp; \"quotes\" 'and' `ticks` ${x}",
    "two\nlines",
    "",
    "same name",
    "same name",
)


@pytest.fixture
def hostile() -> Assessment:
    """Return an account whose every text is an attack on some format."""
    parts = [
        integration(number, name, "breaks breaks", rules=(PRIVILEGED, EVERY_ROLE), user=name, role=name, contact=name)
        for number, name in enumerate(HOSTILE_NAMES)
    ]
    made = assessment(*parts, client="<b>Client</b> & \x07Sons")
    roles = tuple(Role(name=name, privileged=None, privileged_because=name) for name in HOSTILE_NAMES)
    inputs = tuple(replace(made.inputs[0], file=name, sheet=name, notes=(name,)) for name in HOSTILE_NAMES)
    return replace(made, roles=roles, inputs=inputs, notes=HOSTILE_NAMES)


@pytest.fixture
def hostile_names() -> tuple[str, ...]:
    return HOSTILE_NAMES


@pytest.fixture
def four_hundred() -> Assessment:
    """Return an account with so many integrations that the page keeps itself small."""
    return assessment(
        *(integration(number, f"No. {number}", "ready breaks", rules=(EVERY_ROLE,)) for number in range(400))
    )


@pytest.fixture
def empty() -> Assessment:
    """Return an account in which nothing was found."""
    return replace(assessment(), findings=(), conflicts=(), roles=(), rules=(), inputs=(), notes=(), consultant=None)


@pytest.fixture
def schema() -> jsonschema.Draft202012Validator:
    """Return the validator of the published JSON Schema."""
    path = Path(__file__).parents[2] / "docs" / "assessment.schema.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document, format_checker=jsonschema.FormatChecker())


@pytest.fixture
def in_use() -> Assessment:
    """Return an account with a log, in which integrations are known from lists, logs and tokens, with contradictions."""
    trail = Evidence(
        file="trail.csv", sheet=None, rows=(2, 90), count=88, supports="authentication", value="/services/soap"
    )
    failed = replace(trail, supports="failures", value="InvalidSignature", rows=(5, 7), count=3)
    strange = replace(trail, supports="failures", value="=odd", rows=(9,), count=1)
    token = replace(PROOF, file="tokens.csv", sheet=None, supports="token_active", value="a token")
    parts = {
        name: integration(number, name, "ready ready", authentication=Authentication.TBA)
        for number, name in enumerate(("Both", "Failing", "Silent", "Stranger", "Token", "Nobody's"))
    }

    def changed(name: str, listed: bool, *evidence: Evidence, **known: Any) -> Any:
        judged, connection, findings = parts[name]
        seen = replace(connection.connection, evidence=evidence, **known)
        record = replace(judged.integration, listed=listed, unattributed=name == "Nobody's")
        return replace(judged, integration=record), replace(connection, connection=seen), findings

    advice = replace(BOTH_BOXES, id="TBA-110", verdict=RuleVerdict.ADVICE, title="Advice", fix=("Do it some day.",))
    busy, judged, _ = changed(
        "Both",
        True,
        PROOF,
        trail,
        failed,
        strange,
        listed_authentication=Authentication.USER_CREDENTIALS,
        logins=88,
        failures=4,
        first_seen=date(2018, 6, 1),
        last_seen=date(2018, 8, 20),
        days_quiet=7,
        superseded_on=date(2018, 8, 21),
        token_active=True,
        token_user_has_role=False,
    )
    found = tuple(Finding(id=f"f-{rule.id}", rule=rule, connection="c0") for rule in (advice, PRIVILEGED))
    made = assessment(
        (busy, replace(judged, findings=tuple(item.id for item in found)), found),
        changed("Failing", True, failed, logins=0, failures=3, token_active=False),
        changed("Silent", True, PROOF, logins=0, failures=0, token_active=True, user_active=False),
        changed("Stranger", False, trail, logins=88, failures=0, token_active=True, token_user_has_role=True),
        changed("Token", False, token),
        changed("Nobody's", False, trail, logins=88),
        gaps=(gap("role_privileged", 0),),
    )
    guide = Guide(list=List.ROLES, title="Manage Roles", menu="Setup > Users/Roles > Manage Roles", how="Export it.")
    lists = {"trail.csv": List.LOGINS, "tokens.csv": List.TOKENS}
    inputs = tuple(replace(made.inputs[0], file=file, sheet=None, list=name) for file, name in lists.items())
    return replace(made, inputs=(*made.inputs, *inputs), guides=(guide,), rules=(*made.rules, advice))


@pytest.fixture
def hostile_beyond() -> Assessment:
    """Return an account so long that its hostile names stand among the cards that are drawn on demand."""
    breaking = (integration(number, f"No. {number}", "ready breaks", rules=(EVERY_ROLE,)) for number in range(300))
    hostile = (
        integration(300 + number, name, "ready ready", user=name, role=name, contact=name)
        for number, name in enumerate(HOSTILE_NAMES)
    )
    return assessment(*breaking, *hostile, client="</script><b>Client</b>")


@pytest.fixture
def waived(every_verdict: Assessment) -> Assessment:
    """Return an account in which waivers accept Shopify for the first phase and the tax tool for both."""
    accepted = Decision(reason="we will sue them", owner="the CFO", until=date(2019, 8, 15), is_waiver=True)
    verdicts = {"c3": "exempt breaks", "c6": "exempt exempt"}

    def at(words: str) -> dict[str, Verdict]:
        return {phase.id: Verdict(word) for phase, word in zip(every_verdict.phases, words.split(), strict=True)}

    return replace(
        every_verdict,
        integrations=tuple(
            replace(judged, verdicts=at(verdicts[id_]), breaks_at="2019.1" if id_ == "c3" else None)
            if (id_ := judged.integration.connections[0]) in verdicts
            else judged
            for judged in every_verdict.integrations
        ),
        connections=tuple(
            replace(
                judged,
                verdicts=at(verdicts[id_]),
                exemptions={
                    phase: (accepted,) for phase, verdict in at(verdicts[id_]).items() if verdict is Verdict.EXEMPT
                },
            )
            if (id_ := judged.connection.id) in verdicts
            else judged
            for judged in every_verdict.connections
        ),
    )
