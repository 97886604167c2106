"""What a rule pack says of a single sign-in: the connection that it would be in an audit, judged at one phase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from auditor.engagement import Engagement
from auditor.engine.judge import judge
from auditor.engine.pack import PackRule, RulePack
from auditor.engine.privilege import Roles
from auditor.engine.roles import listed_roles, role_permissions
from auditor.inventory import Inventory
from auditor.model import Account, Connection, Integration, facts
from auditor.vocabulary import RuleVerdict, Verdict

_ROLE_FACTS = ("base_role", "role_", "privileged_")
# What decides, rules or no rules: whether it can sign in today, and how.
_ALWAYS_READ = ("integration_state", "role_active", "user_active", "authentication", "logins")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSignIn:
    """The verdict on a sign-in, and the rules that break it."""

    verdict: Verdict
    broken_by: tuple[PackRule, ...]

    @property
    def by_role(self) -> bool:
        """Tell whether one of the rules reads what the role is."""
        return any(fact.startswith(_ROLE_FACTS) for item in self.broken_by for fact in item.condition.reads)


def sign_in_judge(inventory: Inventory, pack: RulePack, phase: str) -> Callable[[Connection], JudgedSignIn]:
    """Return what judges sign-ins at that phase, by the account's own lists of roles."""
    roles = Roles(listed_roles(inventory), pack.privilege, role_permissions(inventory))
    ids = [one.id for one in pack.phases]
    so_far = set(ids[: ids.index(phase) + 1])
    rules = {item.rule.id: item for item in pack.rules}
    read = {name for item in pack.rules for name in item.condition.reads}.union(_ALWAYS_READ)
    if any(item.privilege != pack.privilege for item in pack.rules):
        read |= {"role", "role_id"}  # another definition of "highly privileged" looks the role up once more
    unread = {name: None for name in facts() if name not in read}

    # Sign-ins that differ only in what no rule reads are judged once.
    @lru_cache(maxsize=4096)
    def judged(one: Connection) -> JudgedSignIn:
        integration = Integration(key=one.id, name=one.integration or one.id, connections=(one.id,))
        account = Account(integrations=(integration,), connections=(one,), roles=(), conflicts=())
        # No date matters: the phase is in force, whenever it is, and nobody is exempt.
        assessment = judge(account, inventory, pack, Engagement(as_of=date.min))
        found = [item.rule for item in assessment.findings if item.rule.verdict is RuleVerdict.BREAKS]
        return JudgedSignIn(
            verdict=assessment.connections[0].verdicts[phase],
            broken_by=tuple(rules[rule.id] for rule in found if rule.phase in so_far),
        )

    return lambda connection: judged(replace(_with_role(connection, roles), **unread))  # type: ignore[arg-type]


def _with_role(connection: Connection, roles: Roles) -> Connection:
    role = roles.find(connection.role_id, connection.role)
    if role is None:
        return connection
    return replace(
        connection,
        base_role=role.base_role,
        role_privileged=role.privileged,
        privileged_because=role.privileged_because,
        privileged_permission=role.privileged_permission,
        role_mandatory_2fa=role.mandatory_2fa,
        role_requires_2fa=role.requires_2fa,
        role_active=role.active,
        role_web_services_only=role.web_services_only,
        role_can_use_tokens=role.can_use_tokens,
    )
