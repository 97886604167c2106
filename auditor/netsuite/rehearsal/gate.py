"""May this sign-in pass at this phase, and if not, with which of NetSuite's answers is it refused?

The rule pack decides: the gate asks what it says of the connection that the sign-in would be. What NetSuite refuses at
any phase (a wrong signature, a revoked token, a role that the user lacks) is refused before the pack is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from auditor.model import Connection
from auditor.netsuite.rehearsal.setup import RoleSetup, UserSetup
from auditor.netsuite.rehearsal.sign_in import Answer, Credentials, Door, Judge, Outcome, Signed, harmless
from auditor.netsuite.rehearsal.state import ADMINISTRATOR_ID, WINDOW, Consumer, Login, Rehearsal, Token
from auditor.vocabulary import Authentication, Channel, State, Verdict

_NONCE = re.compile(r"[A-Za-z0-9]{6,64}")
_SECONDS = re.compile(r"[0-9]{10}")
_FIRST_ENDPOINT_WITH_TBA = "2015.2"  # Oracle's help, section_N3445710


class Gate:
    """Decides, and writes the login audit trail."""

    def __init__(
        self,
        account: Rehearsal,
        judge: Judge,
        on_login: Callable[[Login, Outcome], None] = lambda login, outcome: None,
        on_stranger: Callable[[Door, Outcome], None] = lambda door, outcome: None,
    ) -> None:
        """`on_login` is told of each row of the trail, `on_stranger` of what is refused and leaves none."""
        self.account = account
        self._judge = judge
        self._on_login = on_login
        self._on_stranger = on_stranger

    def sign_in(self, door: Door, proof: Credentials | Signed | None) -> Outcome:
        """Decide about one request. What another account would answer, and what names nobody, leaves no row."""
        if proof is None:
            return self.turned_away(door, Answer.NOBODY, "the request brings nothing to sign in with")
        if proof.account != self.account.setup.account:
            because = (
                f"the realm or account is not {self.account.setup.account}: upper case, and an underscore before SB1"
            )
            return self.turned_away(door, Answer.INVALID_LOGIN, because)
        if isinstance(proof, Credentials):
            outcome, consumer = self._by_credentials(door, proof), None
        else:
            consumer = self.account.consumers.get(proof.consumer_key)
            outcome = self._by_token(door, proof, consumer)
        email = outcome.user.email if outcome.user else proof.email if isinstance(proof, Credentials) else ""
        login = Login(
            at=self.account.now,
            success=outcome.passed,
            uri=harmless(door.uri),
            address=door.address,
            user_agent=harmless(door.user_agent),
            email=harmless(email),
            user=outcome.user.name if outcome.user else "",
            role=outcome.role.name if outcome.role else "",
            detail=outcome.detail,
            token=outcome.token.name if outcome.token else "",
            application=consumer.integration.name if consumer else "",
        )
        self.account.record(login, outcome.user)
        self._on_login(login, outcome)
        return outcome

    def turned_away(self, door: Door, answer: Answer, because: str, detail: str = "") -> Outcome:
        """Refuse what does not come as far as the trail."""
        outcome = Outcome(answer=answer, detail=detail, because=because)
        self._on_stranger(door, outcome)
        return outcome

    def _by_credentials(self, door: Door, proof: Credentials) -> Outcome:
        named = self.account.user(proof.email)
        user = self.account.user_with_password(proof.email, proof.password)
        role = self.account.role(proof.role, named) if named else None
        if named and self.account.locked(named):
            return _refused("temporary_locked", Answer.WRONG_CREDENTIALS, "five failures lock a user", named, role)
        if user is None:
            return _refused("", Answer.WRONG_CREDENTIALS, "unknown user or wrong password", named, role)
        if role is None or not _may_use(user, role):
            because = "user or role is inactive, or the user does not have the role"
            return _refused("permission_denied", Answer.WRONG_CREDENTIALS, because, user, role)
        if door.channel is Channel.REST:
            because = "REST web services never take user credentials"
            return _refused("", Answer.INVALID_LOGIN, because, user, role)
        if door.channel is Channel.RESTLET and role.web_services_only:
            because = "a Web Services Only role does not work with RESTlets"
            return _refused("permission_denied", Answer.WRONG_CREDENTIALS, because, user, role)
        consumer = self.account.application(proof.application_id) if proof.application_id else None
        if proof.application_id and not consumer:
            because = "no integration has this application ID"
            return _refused("consumer_key_unknown", Answer.INVALID_LOGIN, because, user, role)
        if consumer and (consumer.integration.state is not State.ENABLED or not consumer.integration.user_credentials):
            because = "the integration record is not enabled, or its User Credentials box is clear"
            return _refused("consumer_key_refused", Answer.INVALID_LOGIN, because, user, role)
        ruling = self._judge(_connection(door, Authentication.USER_CREDENTIALS, user, role, consumer))
        if ruling.verdict is Verdict.BREAKS:
            answer = Answer.TWO_FACTOR if ruling.by_role else Answer.INVALID_LOGIN
            detail = "TWO_FA_REQD" if ruling.by_role else ""
            return _refused(detail, answer, ", ".join(ruling.rules), user, role)
        return Outcome(answer=Answer.ADMITTED, user=user, role=role)

    def _by_token(self, door: Door, proof: Signed, consumer: Consumer | None) -> Outcome:
        token = self.account.tokens.get(proof.token)
        if token and token.consumer is not consumer:
            token = None
        user, role = (token.user, token.role) if token else (None, None)
        if user and self.account.locked(user):
            return self._denied("temporary_locked", token)
        if fault := self._fault(door, proof, consumer, token):
            return self._denied(fault, token)
        if token is None or user is None or role is None:
            raise AssertionError
        self.account.use(proof.consumer_key, proof.token, proof.nonce, proof.timestamp)
        can_use_tokens = role.log_in_using_access_tokens or role.id == ADMINISTRATOR_ID
        if not _may_use(user, role) or not can_use_tokens:
            return self._denied("permission_denied", token)
        if door.channel is Channel.RESTLET and role.web_services_only:
            because = "a Web Services Only role does not work with RESTlets"
            return _refused("permission_denied", Answer.WRONG_CREDENTIALS, because, user, role, token)
        ruling = self._judge(_connection(door, Authentication.TBA, user, role, token.consumer))
        if ruling.verdict is Verdict.BREAKS:
            return _refused("", Answer.INVALID_LOGIN, ", ".join(ruling.rules), user, role, token)
        return Outcome(answer=Answer.ADMITTED, user=user, role=role, token=token)

    def _fault(self, door: Door, proof: Signed, consumer: Consumer | None, token: Token | None) -> str | None:
        """Return the Detail of what is wrong with the request itself."""
        account = self.account
        if proof.repeated:
            return "parameter_rejected"
        if not all((proof.consumer_key, proof.token, proof.nonce, proof.timestamp, proof.signature, proof.algorithm)):
            return "MissingTokenPassportRequiredFields"
        if proof.version not in ("", "1.0"):
            return "VersionRejected"
        if proof.algorithm != "HMAC-SHA256":
            return "UnknownAlgorithm"
        if consumer is None:
            return "consumer_key_unknown"
        integration = consumer.integration
        if integration.state is not State.ENABLED or not integration.token_based_authentication:
            return "consumer_key_refused"
        if token is None or token.revoked:
            return "token_rejected"
        if not _SECONDS.fullmatch(proof.timestamp) or abs(account.now - int(proof.timestamp)) > WINDOW:
            return "InvalidTimestamp"
        if not _NONCE.fullmatch(proof.nonce):
            return "nonce_rejected"
        if account.used(proof.consumer_key, proof.token, proof.nonce, proof.timestamp):
            return "nonce_used" if door.channel is Channel.RESTLET else "NonceUsed"
        if not proof.verified(consumer.secret, token.secret):
            return "InvalidSignature"
        if door.endpoint_version and door.endpoint_version < _FIRST_ENDPOINT_WITH_TBA:
            return "FeatureDisabled"
        return None

    def _denied(self, detail: str, token: Token | None) -> Outcome:
        because = _WHY.get(detail, "")
        user, role = (token.user, token.role) if token else (None, None)
        return _refused(detail, Answer.INVALID_LOGIN, because, user, role, token)


_WHY: Mapping[str, str] = {
    "temporary_locked": "five failures lock a user for 30 minutes",
    "MissingTokenPassportRequiredFields": "a required part is missing, or stands in the wrong namespace",
    "parameter_rejected": "a parameter stands twice in the header",
    "VersionRejected": "oauth_version is 1.0, or left out",
    "UnknownAlgorithm": "sign with HMAC-SHA256",
    "consumer_key_unknown": "no integration record has this consumer key",
    "consumer_key_refused": "the integration record is not enabled, or its Token-based Authentication box is clear",
    "token_rejected": "no active token of this integration has this ID",
    "InvalidTimestamp": "the timestamp is more than five minutes off",
    "nonce_rejected": "a nonce has 6 to 64 letters and digits",
    "nonce_used": "this nonce came with this timestamp before",
    "NonceUsed": "this nonce came with this timestamp before",
    "InvalidSignature": "the signature is not that of this request and these secrets",
    "FeatureDisabled": "SOAP endpoints before 2015.2 know no token passport",
    "permission_denied": "user or role is inactive, the user lost the role, or the role may not log in with tokens",
}


def undetermined_roles(account: Rehearsal, judge: Judge) -> tuple[str, ...]:
    """Return the roles of which the rule pack can't say whether user credentials pass: nothing is guessed here."""
    door = Door(channel=Channel.RESTLET, uri="", address="")
    user = account.setup.user[0]
    return tuple(
        role.name
        for role in account.setup.role
        if judge(_connection(door, Authentication.USER_CREDENTIALS, user, role, None)).verdict is Verdict.UNDETERMINED
    )


def _refused(
    detail: str,
    answer: Answer,
    because: str,
    user: UserSetup | None,
    role: RoleSetup | None,
    token: Token | None = None,
) -> Outcome:
    return Outcome(answer=answer, detail=detail, because=because, user=user, role=role, token=token)


def _may_use(user: UserSetup, role: RoleSetup) -> bool:
    return role.name in user.roles and not user.inactive and not role.inactive


def _connection(
    door: Door, authentication: Authentication, user: UserSetup, role: RoleSetup, consumer: Consumer | None
) -> Connection:
    """Return what the audit would make of this sign-in; the engine adds what the role list says of the role."""
    integration = consumer.integration if consumer else None
    return Connection(
        id="sign-in",
        integration=integration.name if integration else None,
        application_id=consumer.application_id if consumer else None,
        integration_state=integration.state if integration else None,
        listed=integration is not None,
        user=user.email,
        user_active=True,
        role=role.name,
        role_id=str(role.id),
        channel=door.channel,
        authentication=authentication,
        endpoint_version=door.endpoint_version,
        accepts_user_credentials=integration.user_credentials if integration else None,
        accepts_tba=integration.token_based_authentication if integration else None,
        token_active=True if authentication is Authentication.TBA else None,
        token_user_has_role=True if authentication is Authentication.TBA else None,
    )
