"""The connections of an account: one row of facts for each way in which something signs in, with evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.engine.claims import ListedWay, Way, listed_ways
from auditor.engine.integrations import ListedIntegration, evidence, listed_integrations
from auditor.engine.privilege import Privilege, Roles
from auditor.engine.roles import listed_roles
from auditor.model import Account, Channel, Claim, Conflict, Connection, Evidence, Integration, Inventory, Role


def connect(inventory: Inventory, privilege: Privilege) -> Account:
    """Return who signs in to the account, as what and how, with the evidence for it."""
    listed = listed_roles(inventory)
    conflicts: list[Conflict] = list(listed.conflicts)
    roles = Roles(listed, privilege)
    integrations: list[Integration] = []
    connections: list[Connection] = []
    for item in listed_integrations(inventory, conflicts):
        found = []
        for way in listed_ways(item.rows, roles):
            # People in a browser are no integration.
            if way.channel is not Channel.UI:
                found.append(_connection(f"c{len(connections) + len(found) + 1}", item, way, roles))
                conflicts.extend(_conflict(item, way))
        connections.extend(found)
        integrations.append(replace(item.integration, connections=tuple(one.id for one in found)))
    return Account(
        integrations=tuple(integrations),
        connections=tuple(connections),
        roles=roles.all(),
        conflicts=tuple(conflicts),
    )


def _connection(id: str, item: ListedIntegration, way: Way, roles: Roles) -> Connection:
    role = roles.find(way.role_id, way.role)
    return Connection(
        id=id,
        evidence=tuple(_evidence(item, way, role)),
        integration=item.integration.name,
        application_id=item.integration.application_id,
        integration_state=item.integration.state,
        owner=item.owner,
        user=way.user,
        role=way.role or (role.name if role else None),
        role_id=way.role_id,
        channel=way.channel,
        base_role=role.base_role if role else None,
        role_privileged=role.privileged if role else None,
        privileged_because=role.privileged_because if role else None,
        role_mandatory_2fa=role.mandatory_2fa if role else None,
        role_requires_2fa=role.requires_2fa if role else None,
        role_active=role.active if role else None,
        role_web_services_only=role.web_services_only if role else None,
        role_can_use_tokens=role.can_use_tokens if role else None,
        authentication=way.authentication,
        endpoint_version=way.endpoint_version,
        accepts_user_credentials=item.accepts_user_credentials,
        accepts_tba=item.accepts_tba,
    )


def _evidence(item: ListedIntegration, way: Way, role: Role | None) -> Iterator[Evidence]:
    found: list[Evidence] = []
    for claim in way.claimed_by:
        for fact, value in _said(claim):
            if value is not None:
                found.append(evidence(claim.row, fact, str(value)))
    for row in item.rows:
        if row["state"]:
            found.append(evidence(row, "integration_state", str(row["state as written"])))
        for box in ("accepts_tba", "accepts_user_credentials"):
            if row[box] is not None:
                found.append(evidence(row, box, str(row[f"{box} as written"])))
    yield from _counted(found)
    yield from role.evidence if role else ()


def _said(claim: ListedWay) -> Iterator[tuple[str, object]]:
    yield "user", claim.row["user"]
    yield "role", claim.row["role"] or claim.row["role_id"]
    yield "channel", claim.row["channel as written"] or (claim.row["endpoint channel"] and claim.row["endpoint"])
    yield "endpoint_version", claim.row["endpoint version"] and claim.row["endpoint"]
    boxes = [
        f"{title}: {claim.row[f'{box} as written']}"
        for box, title in _BOXES.items()
        if claim.row[box] is not None and not claim.row["authentication"]
    ]
    yield "authentication", claim.row["authentication as written"] or "; ".join(boxes) or None


_BOXES = {
    "accepts_tba": "Token-based Authentication",
    "accepts_user_credentials": "User Credentials",
    "accepts_oauth2": "OAuth 2.0",
}


def _counted(found: Iterable[Evidence]) -> Iterator[Evidence]:
    """Give each place and value once, with its first and last row and how many rows say so."""
    together: dict[tuple[str, str | None, str, str | None], list[int]] = {}
    for one in found:
        together.setdefault((one.file, one.sheet, one.supports, one.value), []).extend(one.rows)
    for (file, sheet, supports, value), rows in together.items():
        ends = tuple(sorted({min(rows), max(rows)}))
        yield Evidence(file=file, sheet=sheet, rows=ends, count=len(set(rows)), supports=supports, value=value)


def _conflict(item: ListedIntegration, way: Way) -> Iterator[Conflict]:
    if not way.contested:
        return
    claims = tuple(
        Claim(
            value=str(claim.authentication),
            file=str(claim.row["file"]),
            sheet=str(claim.row["sheet"]) if claim.row["sheet"] else None,
            row=int(str(claim.row["row"])),
        )
        for claim in way.claimed_by
        if claim.authentication
    )
    yield Conflict(subject=f'integration "{item.integration.name}"', fact="authentication", claims=claims)
