"""The connections of an account: one row of facts for each way in which something signs in, with evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from auditor.engine.attribution import Attribution
from auditor.engine.claims import ListedWay, SettledWay, listed_ways
from auditor.engine.integrations import ListedIntegration, evidence, listed_integrations
from auditor.engine.privilege import Privilege, Roles
from auditor.engine.roles import listed_roles, role_permissions
from auditor.engine.seen import SeenWay, join_seen, seen_logins
from auditor.engine.soap_logs import seen_operations, seen_usage
from auditor.engine.tokens import known_tokens
from auditor.engine.users import Users
from auditor.engine.ways import Way, listed_and_seen
from auditor.inventory import Inventory
from auditor.model import Account, Claim, Conflict, Connection, Evidence, Integration, Role
from auditor.vocabulary import Authentication, Channel, List


def connect(inventory: Inventory, privilege: Privilege) -> Account:
    """Return who signs in to the account, as what and how, with the evidence for it."""
    listed = listed_roles(inventory)
    conflicts: list[Conflict] = list(listed.conflicts)
    known = _Known(
        roles=Roles(listed, privilege, role_permissions(inventory)),
        users=Users(inventory),
        has_trail=inventory.frame(List.LOGINS) is not None,
        end=_end_of_trail(inventory),
        has_integration_list=inventory.is_exported(List.INTEGRATIONS),
    )
    items = {item.integration.key: item for item in listed_integrations(inventory, conflicts)}
    seen, unlisted = _seen_by_integration(inventory, tuple(items.values()), known)
    nobodys = [way for one in unlisted if one.unattributed for way in seen[one.key] if way.user]
    known = replace(
        known,
        unattributed=frozenset(way.user for way in nobodys),
        credentials=frozenset(way.user for way in nobodys if way.authentication is Authentication.USER_CREDENTIALS),
    )
    integrations = [item.integration for item in items.values()] + list(unlisted)
    connected: list[Integration] = []
    connections: list[Connection] = []
    for integration in sorted(integrations, key=lambda one: (one.name.casefold(), one.key)):
        item = items.get(integration.key) or _unlisted_item(integration)
        # People in a browser are no integration.
        ways = [way for way in _ways(item, seen.get(integration.key, []), known) if way.channel is not Channel.UI]
        conflicts.extend(conflict for way in ways if way.contested for conflict in _conflict(item, way))
        first = len(connections) + 1
        connections.extend(_connection(f"c{first + number}", item, way, ways, known) for number, way in enumerate(ways))
        ids = tuple(one.id for one in connections[first - 1 :])
        connected.append(replace(integration, connections=ids))
    return Account(
        integrations=tuple(connected),
        connections=tuple(connections),
        roles=known.roles.all(),
        conflicts=tuple(conflicts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    roles: Roles
    users: Users
    has_trail: bool
    """Whether there is a login audit trail at all."""
    end: date | None
    """Its last day that can be read."""
    has_integration_list: bool
    unattributed: frozenset[str | None] = frozenset()
    """Users with logins that no integration was found for."""
    credentials: frozenset[str | None] = frozenset()
    """Those of them that signed in with user credentials."""


def _end_of_trail(inventory: Inventory) -> date | None:
    frame = inventory.frame(List.LOGINS)
    return None if frame is None else max((day for day in frame["last"] if day), default=None)


def _seen_by_integration(
    inventory: Inventory, listed: tuple[ListedIntegration, ...], known: _Known
) -> tuple[Mapping[str, list[Way]], tuple[Integration, ...]]:
    """Return the ways that were seen, by integration, and the integrations that only they show."""
    sources = [find(inventory, known.users) for find in (seen_logins, seen_operations, seen_usage, known_tokens)]
    logins, operations, usage, tokens = sources
    attribution = Attribution(listed, known.users, logins=logins, operations=operations, usage=usage, tokens=tokens)
    by_key: list[dict[str, list[Way]]] = []
    for source in sources:
        ways: dict[str, list[Way]] = defaultdict(list)
        for one in source:
            ways[attribution.integration(one).key].append(_with_role(one, known.roles))
        by_key.append(ways)
    keys = dict.fromkeys(key for ways in by_key for key in ways)
    joined = {key: join_seen(*(ways.get(key, []) for ways in by_key)) for key in keys}
    return joined, attribution.unlisted()


def _with_role(seen: SeenWay, roles: Roles) -> Way:
    role = roles.find(None, seen.way.role)
    if role is None:
        return seen.way
    return replace(seen.way, role=role.name if role.listed else seen.way.role, role_id=role.internal_id)


def _unlisted_item(integration: Integration) -> ListedIntegration:
    return ListedIntegration(
        integration=integration, owner=None, accepts_tba=None, accepts_user_credentials=None, rows=()
    )


def _ways(item: ListedIntegration, seen: list[Way], known: _Known) -> list[Way]:
    listed = [_listed(way, known.users) for way in listed_ways(item.rows, known.roles)]
    return listed_and_seen(listed, seen)


def _listed(way: SettledWay, users: Users) -> Way:
    return Way(
        user=users.key(way.user),
        role=way.role,
        role_id=way.role_id,
        channel=way.channel,
        authentication=way.authentication,
        endpoint_version=way.endpoint_version,
        contested=way.contested,
        listed_authentication=way.authentication,
        claims=way.claims,
    )


def _connection(id: str, item: ListedIntegration, way: Way, ways: list[Way], known: _Known) -> Connection:
    role = known.roles.find(way.role_id, way.role)
    role_name = way.role or (role.name if role else None)
    # The logs show it elsewhere, or its user signs in as nobody's: then nobody can say that it is never used.
    has_role = known.users.has_role(way.user, role_name) if way.token_active else None
    nothing_seen = None if not known.has_trail or way.seen or way.user in known.unattributed else 0
    return Connection(
        id=id,
        evidence=(
            *_evidence(item, way, role),
            *(known.users.evidence(way.user, "user_active") if known.users.active(way.user) is not None else ()),
            *(known.users.evidence(way.user, "token_user_has_role") if has_role is not None else ()),
        ),
        integration=item.integration.name,
        application_id=item.integration.application_id,
        integration_state=item.integration.state,
        owner=item.owner,
        # That a list does not have it is said by a list only.
        listed=item.integration.listed or (False if known.has_integration_list else None),
        user=known.users.shown(way.user),
        user_active=known.users.active(way.user),
        role=role_name,
        role_id=way.role_id,
        channel=way.channel,
        base_role=role.base_role if role else None,
        role_privileged=role.privileged if role else None,
        privileged_because=role.privileged_because if role else None,
        privileged_permission=role.privileged_permission if role else None,
        role_mandatory_2fa=role.mandatory_2fa if role else None,
        role_requires_2fa=role.requires_2fa if role else None,
        role_active=True if known.users.signed_in_as(role_name) else role.active if role else None,
        role_web_services_only=role.web_services_only if role else None,
        role_can_use_tokens=role.can_use_tokens if role else None,
        authentication=way.authentication,
        listed_authentication=way.listed_authentication,
        endpoint_version=way.endpoint_version,
        accepts_user_credentials=item.accepts_user_credentials,
        accepts_tba=item.accepts_tba,
        token_active=way.token_active,
        token_user_has_role=has_role,
        logins=nothing_seen if way.logins is None else way.logins,
        failures=nothing_seen if way.failures is None else way.failures,
        last_failure=way.last_failure,
        first_seen=way.first_seen,
        last_seen=way.last_seen,
        days_quiet=(known.end - way.last_seen).days if known.end and way.last_seen else None,
        superseded_on=_superseded_on(way, ways),
        unattributed_credentials=way.user in known.credentials if known.has_trail and way.user else None,
    )


def _superseded_on(way: Way, ways: list[Way]) -> date | None:
    """Return the day from which this user of the integration signed in with tokens only."""
    if way.authentication is not Authentication.USER_CREDENTIALS or not way.last_seen:
        return None
    same_user = [other for other in ways if other.user == way.user]
    credentials = [one for one in same_user if one.authentication is Authentication.USER_CREDENTIALS]
    if any(one.undated for one in credentials):
        return None
    until = max(day for one in credentials if (day := one.used_until))
    tokens = (Authentication.TBA, Authentication.OAUTH2)
    since = [
        max(one.first_seen, until)
        for one in same_user
        if one.authentication in tokens and one.first_seen and one.last_seen and one.last_seen > until
    ]
    return min(since, default=None)


def _evidence(item: ListedIntegration, way: Way, role: Role | None) -> Iterator[Evidence]:
    yield from way.evidence
    found: list[Evidence] = []
    for claim in way.claims:
        for fact, value in _said(claim):
            if value is not None:
                found += [evidence(claim.row, fact, str(value))]
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
    claims = tuple(
        Claim(
            value=str(claim.authentication),
            file=str(claim.row["file"]),
            sheet=str(claim.row["sheet"]) if claim.row["sheet"] else None,
            row=int(str(claim.row["row"])),
        )
        for claim in way.claims
        if claim.authentication
    )
    yield Conflict(subject=f'integration "{item.integration.name}"', fact="authentication", claims=claims)
