"""The words of the report, for a reader who meets them for the first time."""

from __future__ import annotations

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("integration", "An application with an integration record in NetSuite. A sign-in that no record can be tied to stands beside them under a name of its own."),
    ("connection", "One way in which something signs in: integration, user, role, channel and authentication. Verdicts are given to connections; an integration takes the worst of its own."),
    ("channel", "What a connection signs in to: SOAP web services, RESTlets, REST web services, SuiteAnalytics Connect or single sign-on (SSO)."),
    ("user credentials", "Signing in with an e-mail address and a password, which are stored wherever the integration runs."),
    ("TBA", "Token-based authentication: signing in with a token that belongs to one application, one user and one role, so that no password is stored or sent."),
    ("OAuth 2.0", "A newer way to sign in with tokens, for REST web services and RESTlets."),
    ("highly privileged", "Said of a role that can change who may do what; the role review gives the reason for each."),
    ("base role", "The standard role that a custom role was made from."),
    ("phase", "One NetSuite release of the rollout and what it enforces. What breaks at one phase stays broken at the next."),
    ("window", "The months in which NetSuite brings a release to its accounts, one after another."),
    ("finding", "A rule that holds for a connection, with the proof of it."),
    ("gap", "A fact that the exports do not show although a verdict hangs on it, with the export that would settle it."),
    ("listed", "An integration list, e.g. Manage Integrations, has the integration. A list says what was set up, not what is used."),
    ("seen", "A log shows the integration signing in. Use decides where a list claims something else."),
    ("unattributed", "A sign-in with user credentials that names no integration, and whose user no list ties to one. It stands under a name of its own and breaks like any other."),
    ("superseded", "The same integration and user have signed in since with tokens only."),
    ("set aside", "A row that is no record of its list, e.g. a total; counted, with the reason."),
    ("rejected", "A row that could not be read as a record; counted, with the reason."),
)  # fmt: skip
