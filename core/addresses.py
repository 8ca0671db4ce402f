"""E-mail addresses that people mistype."""

PROVIDERS = [
    "gmail.com", "outlook.com", "hotmail.com", "icloud.com", "yahoo.com", "live.com", "qq.com",
    "163.com", "126.com", "foxmail.com", "sina.com", "aliyun.com", "proton.me", "protonmail.com",
    "gmx.de", "gmx.net", "web.de",
]  # fmt: skip
# Real ones that look like a slip
ALSO_REAL = {
    "mail.com",
    "email.com",
    "ymail.com",
    "gmx.com",
    "gmx.at",
    "gmx.ch",
    "139.com",
    "me.com",
}


def suggest_email(email: str) -> str:
    """`ada@gmial.com` → `ada@gmail.com`; empty when nothing looks mistyped. Only a guess."""
    name, _at, domain = email.strip().lower().rpartition("@")
    if not name or domain in ALSO_REAL or domain in PROVIDERS:
        return ""
    distance, nearest = min((_slips(domain, known), known) for known in PROVIDERS)
    allowed = 2 if len(nearest) >= 10 else 1
    return f"{name}@{nearest}" if distance <= allowed else ""


def _slips(left: str, right: str) -> int:
    """How many letters are missing, added, wrong or swapped with their neighbor."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and (a, left[i - 2]) == (right[j - 2], b):
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
