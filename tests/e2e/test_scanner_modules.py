"""The scanner's own judgment, in a real browser, against the tables that drive Python."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = Path(__file__).parents[1] / "ticketing"
CASES = json.loads((TABLES / "verdict_cases.json").read_text())
VECTORS = json.loads((TABLES / "door_vectors.json").read_text())

DECIDE = """async (facts) => {
  const { decide } = await import("/static/js/scanner/verdict.js");
  return facts.map(decide);
}"""

READ = """async (vectors) => {
  const from = (name) => import(`/static/js/scanner/${name}.js`);
  const [bytes, names, signature, token] = await Promise.all(
    ["bytes", "names", "signature", "token"].map(from),
  );
  if (!(await signature.canVerify())) return "no Ed25519";
  return Promise.all(vectors.map(async (vector) => {
    const read = token.parseToken(vector.token);
    if (!read) return { signature: "bad" };
    const key = await signature.importKey(bytes.fromBase64url(vector.public_key));
    const isKnown = read.keyId === vector.key_id;
    if (!(await signature.isGenuine(key, read.signature, read.header))) {
      return { signature: isKnown ? "bad" : "unknown_key" };
    }
    const name = vector.name_encrypted && await names.readName(vector.name_encrypted, read.code);
    const hash = await token.hashOf(read.code);
    const code = bytes.toHex(read.code);
    return { signature: "good", code, type: read.type, hash, name };
  }));
}"""


@pytest.fixture
def scanner(page):
    page.goto("/door/en/", timeout=60_000)
    return page


def test_browser_decides_as_the_server_does(scanner):
    verdicts = scanner.evaluate(DECIDE, [case["facts"] for case in CASES])

    wrong = {
        case["name"]: verdict
        for case, verdict in zip(CASES, verdicts, strict=True)
        if verdict != case["expect"]
    }
    assert wrong == {}
    assert len(verdicts) >= 80


def test_browser_reads_tokens_and_names_as_the_server_writes_them(scanner):
    said = ("signature", "code", "type", "hash", "name")
    expected = [
        {name: vector[name] for name in said}
        if vector["signature"] == "good"
        else {"signature": vector["signature"]}
        for vector in VECTORS
    ]

    assert scanner.evaluate(READ, VECTORS) == expected
