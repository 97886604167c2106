"""NetSuite's own names of roles in other languages than English: exports follow the exporting user's language.

Oracle documents no translations. A name that stands here is recognised; one that does not leaves the role unknown, for
the rollout's lists are in English: a translated name that is in none of them proves nothing.
"""

from __future__ import annotations

import re

# In lower case, as `role_name` gives them. German, Spanish, Japanese.
STANDARD_ROLES = {
    "administrador": "administrator",
    "administradora": "administrator",
    "管理者": "administrator",
    "marketingadministrator": "marketing administrator",
    "marketing-administrator": "marketing administrator",
    "administrador de marketing": "marketing administrator",
    "マーケティング管理者": "marketing administrator",
    "vertriebsadministrator": "sales administrator",
    "vertriebs-administrator": "sales administrator",
    "verkaufsadministrator": "sales administrator",
    "administrador de ventas": "sales administrator",
    "営業管理者": "sales administrator",
    "販売管理者": "sales administrator",
    "supportadministrator": "support administrator",
    "support-administrator": "support administrator",
    "administrador de soporte": "support administrator",
    "サポート管理者": "support administrator",
    "systemadministrator": "system administrator",
    "system-administrator": "system administrator",
    "administrador de sistemas": "system administrator",
    "administrador del sistema": "system administrator",
    "administrador de sistema": "system administrator",
    "システム管理者": "system administrator",
    "vollzugriff": "full access",
    "voller zugriff": "full access",
    "acceso completo": "full access",
    "acceso total": "full access",
    "フルアクセス": "full access",
    "フル・アクセス": "full access",
}

# A role list that has one of these is in English, whatever its captions say.
ENGLISH_STANDARD_ROLES = frozenset(
    {
        "a/p clerk", "a/r clerk", "accountant", "accountant (reviewer)", "bookkeeper", "buyer", "customer center",
        "employee center", "human resources generalist", "intranet manager", "marketing manager", "partner center",
        "payroll manager", "sales manager", "sales person", "store manager", "support manager", "support person",
        "vendor center", "warehouse manager",
    }
)  # fmt: skip

# What an administrator is called in the languages of NetSuite's pages, but for English, and the start of it.
_ADMINISTRATOR = re.compile(
    r"administrat(?!or\b|ion\b|ive\b)|administrad|amministrat|beheerder|správc|yönetici|администратор|管理|관리|ผู้ดูแล"
    r"|järjestelmänvalvoj|pääkäyttäj|ylläpitäj|quản trị|rendszergazd|διαχειριστ|адміністратор"
)


def is_foreign_administrator(name: str) -> bool:
    """Tell whether a role's name, as `role_name` gives it, has the word for an administrator of another language."""
    return bool(_ADMINISTRATOR.search(name))


ENGLISH_LEVELS = frozenset({"none", "view", "create", "edit", "full", ""})
NO_LEVELS = frozenset({"none", "keine", "keiner", "ninguno", "ninguna", "なし"})
