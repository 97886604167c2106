"""SDF role objects: one XML file for each custom role, with its permissions."""

from __future__ import annotations

from pathlib import Path

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from auditor.errors import InputError

_LARGEST = 1 << 28
_FIELDS = {
    "name": "Name",
    "centertype": "Center Type",
    "isinactive": "Inactive",
    "iswebserviceonlyrole": "Web Services Only Role",
    "tfarequired": "Two-Factor Authentication Required",
}
# A box of its own on the role's form, and one of the highly privileged permissions.
_CORE_ADMINISTRATION = ("ADMI_KERNEL", "FULL")


def sdf_role(path: Path, shown: str) -> list[list[str]] | None:
    """Return one row a permission of an SDF role object, below a header row; None when the XML is something else."""
    if path.stat().st_size > _LARGEST:
        raise InputError("the XML file is larger than 256 MiB", where=shown, fix="export the role again")
    try:
        root = ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:  # of strange encodings
        raise InputError(f"the XML can't be read ({error})", where=shown, fix="export the object again") from error
    if root is None or root.tag not in ("role", "customrole"):
        return None
    said = {title: (root.findtext(tag) or "").strip() for tag, title in _FIELDS.items()}
    if said["Two-Factor Authentication Required"] == "OFF":
        # It says nothing: a role with a highly privileged permission requires 2FA whatever this field has.
        said["Two-Factor Authentication Required"] = ""
    permissions = [
        ((entry.findtext("permkey") or "").strip(), (entry.findtext("permlevel") or "").strip())
        for entry in root.iter("permission")
    ]
    if (root.findtext("coreadminpermission") or "").strip() == "T":
        permissions.append(_CORE_ADMINISTRATION)
    header = ["Script ID", *said, "Permission Key", "Level"]
    common = [root.get("scriptid") or "", *said.values()]
    return [header, *([*common, key, level] for key, level in permissions or [("", "")])]
