"""Recompute a published statement from its CSV: python3 recompute_statement.py statement.csv

Needs nothing but Python 3.9. Says whether digest and amounts follow from what else is in it.
"""

import csv
import hashlib
import json
import sys
from itertools import groupby


def allocate(total: int, weights: list) -> list:
    """Largest remainder: what rounding down leaves goes to the largest, earlier ones first."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in order[: total - sum(shares)]:
        shares[at] += 1
    return shares


def main(path: str) -> bool:
    facts, budgets, amounts = {}, {}, {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            if line["record"] == "row":
                row = (line["kind"], line["person"], line["contribution"], int(line["points"]))
                amounts[row] = int(line["amount_minor"])
            elif line["record"] == "budget":
                budgets[line["kind"]] = int(line["value"])
            else:
                facts[line["record"]] = line["value"]
    digest, available, rule = (facts.pop(key) for key in ("digest", "available_minor", "rule"))
    inputs = {**facts, "available_minor": int(available), "rule": int(rule), "budgets": budgets}
    text = json.dumps({**inputs, "rows": sorted(amounts)}, sort_keys=True, separators=(",", ":"))
    wrong = [] if hashlib.sha256(text.encode()).hexdigest() == digest else ["the digest"]
    for kind, of_kind in groupby(sorted(amounts), key=lambda row: row[0]):
        people = [list(rows) for _who, rows in groupby(of_kind, key=lambda row: row[1])]
        budget = int(available) * budgets.get(kind, 0) // 10_000
        shares = allocate(budget, [sum(row[3] for row in rows) for rows in people])
        for rows, share in zip(people, shares):
            opened = zip(rows, allocate(share, [row[3] for row in rows]))
            wrong += [f"{row[1]} for {row[2]}" for row, amount in opened if amounts[row] != amount]
    print("differs: " + ", ".join(wrong) if wrong else f"all amounts follow: {digest}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
