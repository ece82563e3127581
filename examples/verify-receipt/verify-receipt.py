#!/usr/bin/env python3
"""Verifies receipts of a Juno ledger offline: verify-receipt.py [--epochs EPOCHS.json] RECEIPT.json ... GENESIS.json

A second reading of rule E35 of spec/2-encoding.md, which shares no line with the ledger's own programs.
It needs Python 3.8 or newer and nothing else. The epochs file (E57) tells who votes after the first
epoch. One line for each receipt says what is proved, or the
first reason why nothing is. Exit code: 0 all are good, 1 one is refused, 2 it cannot be asked so.
"""

import functools
import json
import sys

sys.dont_write_bytecode = True
import ed25519
from epochs import Bytes, Epoch, policy_keys, read_epochs, sha256, tagged
from strictjson import Refused, canonical, demand, fits, parse

FILE_BYTES_MAX = 64 * 1024 * 1024
ACK_BYTES, ENTRY_KIND_COMMAND = 140, 2

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


def u64(number):
    return number.to_bytes(8, "big")


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
    """E35, step 1: the network's id, and the first epoch."""
    document = parse(data, "the genesis")
    fits(document, {"format": range(1, 2), "voters": [VOTER], "policies": {"admin": {"*": None}, "*": None},
                    "*": None}, "the genesis")
    keys = {voter["id"]: bytes.fromhex(voter["signKey"]) for voter in document["voters"]}
    demand(0 < len(keys) == len(document["voters"]), "the genesis has no voters, or two of one id")
    admin, network = document["policies"]["admin"], sha256(tagged(b"genesis", data))
    policy_keys(admin)
    return network, Epoch(0, keys, admin, 0, network)


def attesting(proof, epochs):
    """E35, step 3: the epoch that the first attestation names, of which all must be."""
    demand(proof["attestations"], "there is no attestation")
    number = Bytes(bytes.fromhex(proof["attestations"][0]["ack"])).number(8)
    demand(number < len(epochs), f"it is of epoch {number}, and the voters are known up to epoch {len(epochs) - 1}"
                                 " only: give an epochs file that leads there")
    demand(number >= proof["header"]["epoch"], "the attestations are of an epoch before the entry's")
    return epochs[number]


def verify(data, network, epochs):
    """E35, steps 2 to 6: the entry's index and time, the epoch, the voters, the receipt; or Refused."""
    demand(len(data) <= FILE_BYTES_MAX, "the file is too long")
    proof = parse(data, "the file")
    fits(proof, PROOF, "the proof")
    header, attestations, attested = proof["header"], proof["attestations"], attesting(proof, epochs)
    keys, ends = attested.keys, [later.index for later in epochs if later.number == attested.number + 1]
    voters, needed = [a["voter"] for a in attestations], attested.faults + 1
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
        demand(voter in keys, f"{voter} is no voter of epoch {attested.number}")
        demand(len(ack) == ACK_BYTES, f"the Ack of voter {voter} has not {ACK_BYTES} bytes")
        epoch, sender = int.from_bytes(ack[0:8], "big"), int.from_bytes(ack[8:12], "big")
        term, stored, certified, size = (int.from_bytes(ack[at : at + 8], "big") for at in (12, 20, 60, 100))
        demand(max(term, stored, certified, size) < 2**53, f"the Ack of voter {voter} has a number too large")
        named = (epoch, sender) == (attested.number, voter)
        demand(named, f"the Ack is not of voter {voter} in epoch {attested.number}")
        demand(all(size <= end for end in ends), f"voter {voter} attests entries that came after its epoch")
        led = leads(path, leaf, header["index"] - 1, size, ack[108:140])
        demand(led, f"the path of voter {voter} does not lead to its root")
        good = is_signed(keys[voter], tagged(b"ack", network, ack), bytes.fromhex(attestation["signature"]))
        demand(good, f"the attestation of voter {voter} is not signed")
    receipt = parse(proof["receipt"].encode(), "the receipt")
    fits(receipt, RECEIPT, "the receipt")
    demand(canonical(receipt) == proof["receipt"].encode(), "the receipt is not in its canonical form")
    named = (receipt["id"], receipt["index"])
    demand(named == (proof["commandId"], header["index"]), "the receipt is of another command or entry")
    return header, attested, voters, receipt


def tell(path, header, attested, signers, receipt):
    """What is proved, for people; in ASCII, since a row may hold what a terminal obeys."""
    print(f"{path}: good: command {receipt['id']} ended {receipt['status']} as entry {header['index']}"
          f" at {header['time']} ms since 1970, gas {receipt['gas']},"
          f" attested by voters {', '.join(map(str, signers))} of {len(attested.keys)}")
    for change in (change for action in receipt["actions"] for change in action["changes"]):
        print(f"  change: {json.dumps(change)}")


def main(arguments):
    led, rest = (arguments[1:2], arguments[2:]) if arguments[:1] == ["--epochs"] else ([], arguments)
    if len(rest) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    *files, genesis, refused = *rest, 0
    try:
        with open(genesis, "rb") as file:
            network, first = read_genesis(file.read())
        epochs = [first]
        for path in led:
            with open(path, "rb") as file:
                epochs = read_epochs(file.read(FILE_BYTES_MAX + 1), network, first)
        for path in files:
            with open(path, "rb") as file:
                data = file.read(FILE_BYTES_MAX + 1)
            try:
                tell(path, *verify(data, network, epochs))
            except Refused as why:
                print(f"{path}: refused: {ascii(str(why))[1:-1]}")
                refused += 1
    except (OSError, Refused) as why:
        print(f"verify-receipt.py: {why}", file=sys.stderr)
        return 2
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
