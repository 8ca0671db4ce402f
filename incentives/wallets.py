"""Addresses of wallets, whose capital letters are a checksum (EIP-55)."""

import re

from Crypto.Hash import keccak

from incentives.errors import AddressInvalid

ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}")


def checksum(digits: str) -> str:
    """40 hex digits with the letters that EIP-55 wants: capital where the hash's digit is 8 or
    more. Source: eips.ethereum.org/EIPS/eip-55."""
    digits = digits.lower()
    digest = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "".join(
        digit.upper() if int(mark, 16) >= 8 else digit
        for digit, mark in zip(digits, digest, strict=False)
    )


def checksummed(address: str) -> str:
    """The address as wallets write it. Raises AddressInvalid where letters of both cases say
    another checksum; an address of one case has none, and is refused too: a mistyped digit would
    send somebody's money nowhere."""
    if not ADDRESS.fullmatch(address):
        raise AddressInvalid
    digits = address[2:]
    if checksum(digits) != digits:
        raise AddressInvalid
    return f"0x{digits}"
