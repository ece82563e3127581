#!/usr/bin/env python3
"""Verifies receipts of a Juno ledger offline: verify-receipt.py RECEIPT.json ... GENESIS.json

A second reading of rule E35 of spec/2-encoding.md, which shares no line with the ledger's own programs.
It needs Python 3.8 or newer and nothing else. One line for each receipt says what is proved, or the
first reason why nothing is. Exit code: 0 all are good, 1 one is refused, 2 it cannot be asked so.
"""

import functools
import hashlib
import json
import sys

sys.dont_write_bytecode = True
import ed25519
from strictjson import Refused, canonical, demand, fits, parse

FILE_BYTES_MAX = 64 * 1024 * 1024
ACK_BYTES, ENTRY_KIND_COMMAND, FIRST_EPOCH = 140, 2, 0

WHOLE, POSITIVE, U32, TEXT, HASH = range(2**53), range(1, 2**53), range(2**32), ".*", "[0-9a-f]{64}"
FIELDS, PLACE = {"*": None}, {"module": TEXT, "line": POSITIVE, "column": POSITIVE}
VOTER = {"id": U32, "signKey": HASH, "transportKey": HASH}
HEADER = {"epoch": WHOLE, "index": WHOLE, "term": WHOLE, "time": WHOLE, "kind": "command"}
ATTESTATION = {"voter": U32, "ack": "([0-9a-f]{2})*", "signature": "[0-9a-f]{128}", "path": [HASH]}
PROOF = {"commandId": HASH, "signaturesHash": HASH, "header": HEADER, "previousHash": HASH,
         "receipt": TEXT, "attestations": [ATTESTATION]}
ACTION = {
    "status": "ok|failed", "gas": WHOLE, "gasByKind": {"*": WHOLE}, "at?": WHOLE,
    "changes": [{"module": TEXT, "table": TEXT, "key": TEXT, "before": None, "after": None}],
    "events": [{"module": TEXT, "name": TEXT, "fields": FIELDS}],
    "supply": [{"asset": None, "minted": None, "burned": None}],
    "grants": [{"signer": HASH, "capability": TEXT, "fields": FIELDS}],
    "error?": {"module?": TEXT, "name": TEXT, "fields": FIELDS, "place?": PLACE},
}
RECEIPT = {"index": WHOLE, "id": HASH, "status": "ok|failed|rejected|expired", "gas": WHOLE,
           "actions": [ACTION], "reason?": TEXT, "first?": WHOLE, "stateRoot?": HASH}

# The good signatures of one receipt stand in every copy of it that somebody has changed elsewhere.
is_signed = functools.lru_cache(maxsize=4096)(ed25519.verify)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u64(number):
    return number.to_bytes(8, "big")


def tagged(tag, *parts):
    return b"juno/v1/" + tag + b"\0" + b"".join(parts)


def leads(path, leaf, number, size, root):
    """E33: whether the path goes from the leaf of this number, from 0, to the root of a tree of this size."""
    node, last = leaf, size - 1
    if not 0 <= number <= last:
        return False
    for sibling in path:
        if last == 0:
            return False
        if number % 2 == 1 or number == last:
            node = sha256(b"\1", sibling, node)
            while number % 2 == 0 and number > 0:
                number, last = number // 2, last // 2
        else:
            node = sha256(b"\1", node, sibling)
        number, last = number // 2, last // 2
    return last == 0 and node == root


def read_genesis(data):
    """E35, step 1: the network's id, and the keys by the voters' ids."""
    document = parse(data, "the genesis")
    fits(document, {"format": range(1, 2), "voters": [VOTER], "*": None}, "the genesis")
    keys = {voter["id"]: bytes.fromhex(voter["signKey"]) for voter in document["voters"]}
    demand(0 < len(keys) == len(document["voters"]), "the genesis has no voters, or two of one id")
    return sha256(tagged(b"genesis", data)), keys


def verify(data, network, keys):
    """E35, steps 2 to 6: the entry's index and time, the voters, the receipt; or Refused."""
    demand(len(data) <= FILE_BYTES_MAX, "the file is too long")
    proof = parse(data, "the file")
    fits(proof, PROOF, "the proof")
    header, attestations = proof["header"], proof["attestations"]
    voters, needed = [a["voter"] for a in attestations], (len(keys) - 1) // 3 + 1
    demand(len(voters) == needed, f"{len(voters)} attestations stand where exactly {needed} must")
    demand(voters == sorted(set(voters)), "the attestations are not in ascending order of their voters")
    command, signatures, previous = (
        bytes.fromhex(proof[name]) for name in ("commandId", "signaturesHash", "previousHash"))
    numbers = b"".join(u64(header[name]) for name in ("epoch", "index", "term", "time"))
    body = bytes([ENTRY_KIND_COMMAND]) + sha256(command, signatures)
    entry = sha256(tagged(b"entry", previous, numbers, body))
    leaf = sha256(b"\0", entry, sha256(tagged(b"receipt", proof["receipt"].encode())))
    for voter, attestation in zip(voters, attestations):
        ack, path = bytes.fromhex(attestation["ack"]), [bytes.fromhex(h) for h in attestation["path"]]
        demand(voter in keys, f"{voter} is no voter of the genesis")
        demand(len(ack) == ACK_BYTES, f"the Ack of voter {voter} has not {ACK_BYTES} bytes")
        epoch, sender = int.from_bytes(ack[0:8], "big"), int.from_bytes(ack[8:12], "big")
        term, stored, certified, size = (int.from_bytes(ack[at : at + 8], "big") for at in (12, 20, 60, 100))
        demand(max(term, stored, certified, size) < 2**53, f"the Ack of voter {voter} has a number too large")
        demand(epoch == FIRST_EPOCH and sender == voter, f"the Ack is not of voter {voter} in this epoch")
        led = leads(path, leaf, header["index"] - 1, size, ack[108:140])
        demand(led, f"the path of voter {voter} does not lead to its root")
        good = is_signed(keys[voter], tagged(b"ack", network, ack), bytes.fromhex(attestation["signature"]))
        demand(good, f"the attestation of voter {voter} is not signed")
    receipt = parse(proof["receipt"].encode(), "the receipt")
    fits(receipt, RECEIPT, "the receipt")
    demand(canonical(receipt) == proof["receipt"].encode(), "the receipt is not in its canonical form")
    named = (receipt["id"], receipt["index"])
    demand(named == (proof["commandId"], header["index"]), "the receipt is of another command or entry")
    return header, voters, receipt


def tell(path, voters, header, signers, receipt):
    """What is proved, for people; in ASCII, since a row may hold what a terminal obeys."""
    print(f"{path}: good: command {receipt['id']} ended {receipt['status']} as entry {header['index']}"
          f" at {header['time']} ms since 1970, gas {receipt['gas']},"
          f" attested by voters {', '.join(map(str, signers))} of {len(voters)}")
    for change in (change for action in receipt["actions"] for change in action["changes"]):
        print(f"  change: {json.dumps(change)}")


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    *files, genesis, refused = *arguments, 0
    try:
        with open(genesis, "rb") as file:
            network, voters = read_genesis(file.read())
        for path in files:
            with open(path, "rb") as file:
                data = file.read(FILE_BYTES_MAX + 1)
            try:
                tell(path, voters, *verify(data, network, voters))
            except Refused as why:
                print(f"{path}: refused: {ascii(str(why))[1:-1]}")
                refused += 1
    except (OSError, Refused) as why:
        print(f"verify-receipt.py: {why}", file=sys.stderr)
        return 2
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
