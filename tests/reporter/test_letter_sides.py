"""Letters of whole audits: each party is told its own work."""

from pathlib import Path

import pytest

from auditor import audit, read_engagement, read_packs
from auditor.reporter import render

INTEGRATIONS = """Name,State,Role,User,Authentication,Channel,Endpoint,Owner,Vendor
Customs,Enabled,Clerk,customs@x.example,TBA,SOAP,,Vendor,Atlas
Parcels,Enabled,Clerk,parcels@x.example,TBA,RESTlet,,Vendor,Parcel Blitz
EDI,Enabled,Clerk,edi@x.example,TBA,SOAP,2023.1,Vendor,Edifact GmbH
Shop,Enabled,Clerk,shop@x.example,TBA,SOAP,2023.1,Internal,
"""
ROLES = "Name,Parent Role\nClerk,A/P Clerk\n"
YOURS = "What has to be done on your side:\n\n"
OURS = "What Muster does:\n\n"


@pytest.fixture(scope="module")
def letters(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("account")
    Path(folder, "integrations.csv").write_text(INTEGRATIONS, encoding="utf-8")
    Path(folder, "roles.csv").write_text(ROLES, encoding="utf-8")
    Path(folder, "engagement.toml").write_text('client = "Muster"\nas_of = 2026-11-29\n', encoding="utf-8")
    assessment = audit([folder], read_packs(["2027.1-2028.2"]), read_engagement(folder / "engagement.toml"))
    (path,) = render(assessment, ["letters"], folder / "report")
    return {file.stem: file.read_text(encoding="utf-8") for file in path.glob("*.txt")}


def steps(letter: str, heading: str) -> list[str]:
    told = letter.partition(heading)[2].partition("\n\n")[0]
    return [line.partition(". ")[2] for line in told.splitlines()]


@pytest.mark.parametrize("vendor", ["letter-atlas", "letter-parcel-blitz", "letter-edifact-gmbh"])
def test_a_vendor_is_told_nothing_that_only_the_client_can_do(vendor, letters):
    inside = ("Setup >", "search)", "vendor", "Decide first", "Revoke", "Audit Trail")

    assert [step for step in steps(letters[vendor], YOURS) for word in inside if word in step] == []


def test_a_vendor_reads_what_the_client_does(letters):
    begins = [step.split()[0] for step in steps(letters["letter-parcel-blitz"], OURS)]

    assert begins == ["Enable", "On", "For", "Check"]
    assert steps(letters["letter-parcel-blitz"], YOURS) == [
        "Choose the flow: client credentials with a certificate for a program that runs without a person; authorization "
        "code, with a redirect URI and the PKCE parameters (code_challenge, code_verifier), where a person signs in.",
        "Change the program from the OAuth 1.0 signature or the password to the bearer token of that flow, and plan who "
        "renews the certificate or the consent.",
        "Test in a sandbox, which needs a mapping of its own, then in production.",
    ]


def test_what_cannot_be_told_of_the_first_phase_is_told_of_the_later_one_that_refuses_it(letters):
    text = letters["letter-atlas"]

    assert (
        "What happens: We cannot tell yet whether NetSuite goes on admitting it; at 2028.1, which reaches the account "
        "between 1 January 2028 and 30 June 2028, NetSuite refuses it in any case, unless it is changed.\n" in text
    )
    assert "- Tell us the oldest SOAP endpoint version that it uses, e.g. 2025.2.\n" in text


def test_what_has_to_be_decided_comes_before_what_has_to_be_done(letters):
    own = steps(letters["letter-the-owner-of-shop"], YOURS)
    decides = [step.startswith("Decide first") for step in own]

    assert decides == [True, True, *(False for _ in own[2:])]
    assert [step.startswith("Decide first") for step in steps(letters["letter-edifact-gmbh"], OURS)][:2] == [True, True]
