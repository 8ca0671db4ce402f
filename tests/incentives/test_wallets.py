"""Addresses of wallets. The examples are those of EIP-55."""

import pytest
from hypothesis import given, strategies as st

from incentives.errors import AddressInvalid
from incentives.wallets import checksum, checksummed

EXAMPLES = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("address", EXAMPLES)
def test_the_standards_examples_are_addresses(address):
    assert checksummed(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0",
        "mei.eth",
        "",
    ],
    ids=["a letter's case", "no case", "no prefix", "short", "long", "a name", "nothing"],
)
def test_what_could_be_mistyped_is_refused(address):
    with pytest.raises(AddressInvalid):
        checksummed(address)


@given(st.binary(min_size=20, max_size=20), st.integers(0, 39))
def test_a_letter_of_the_other_case_is_found(raw, place):
    right = checksum(raw.hex())
    wrong = right[:place] + right[place].swapcase() + right[place + 1 :]

    assert checksummed(f"0x{right}") == f"0x{right}"
    if wrong != right:
        with pytest.raises(AddressInvalid):
            checksummed(f"0x{wrong}")
