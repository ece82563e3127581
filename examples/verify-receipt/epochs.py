"""Who votes when: rules E54 to E57 of spec/2-encoding.md, from the genesis on, link by link."""

import hashlib

import ed25519
from strictjson import Refused, demand, fits, parse

HASH = "[0-9a-f]{64}"
CONFIG, HEADER_NUMBERS = 3, 4
LINK_BYTES_MAX, LINKS_MAX, DOCUMENT_BYTES_MAX = 128 * 1024, 60_000, 32 * 1024
EPOCHS_FILE = {"network": HASH, "links": ["([0-9a-f]{2})*"]}
NODE = {"id": range(1, 2**32), "role": "voter|observer", "signKey": HASH, "transportKey": HASH,
        "address?": r"[^\s/]{1,250}:[0-9]{1,5}"}
ACT = {"format": range(1, 2), "kind": "configure", "nonce": "[0-9a-f]{32}",
       "expires": range(253402300800000), "reason": ".{1,1000}",
       "content": {"epoch": range(1, 2**53), "nodes": [NODE], "policies": {"admin": {"*": None}}}}


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tagged(tag, *parts):
    return b"juno/v1/" + tag + b"\0" + b"".join(parts)


class Bytes:
    """Reads what E1 to E6 say, and no more than is there."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        demand(self.at + count <= len(self.data), "it is cut short")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, width):
        value = int.from_bytes(self.take(width), "big")
        demand(value < 2**53, "a number in it is too large")
        return value

    def string(self, most):
        length = self.number(4)
        demand(length <= most, "a part of it is too long")
        return self.take(length)

    def items(self, most, read):
        count = self.number(4)
        demand(count <= most, "a list in it is too long")
        return [read() for _ in range(count)]

    def statement(self):
        return self.number(4), self.string(160), self.take(64)

    def end(self):
        demand(self.at == len(self.data), "bytes stand behind it")


class Epoch:
    """The voters of an epoch with their keys, the policy that may end it, and where it begins."""

    def __init__(self, number, keys, admin, index, start):
        self.number, self.keys, self.admin, self.index, self.hash = number, keys, admin, index, start

    @property
    def faults(self):
        return (len(self.keys) - 1) // 3

    @property
    def quorum(self):
        return (len(self.keys) + self.faults) // 2 + 1


def satisfied(policy, keys):
    """C6: whether these keys have a policy's authority."""
    if "key" in policy:
        return policy["key"] in keys
    return sum(satisfied(part, keys) for part in policy["of"]) >= policy["atLeast"]


def policy_keys(policy, depth=0):
    """C6: the keys in a policy, which is a key, or at least k of some policies."""
    if "key" in policy:
        fits(policy, {"key": HASH}, "a policy")
        return [policy["key"]]
    fits(policy, {"atLeast": range(1, 65), "of": [{"*": None}]}, "a policy")
    demand(depth < 4 and policy["atLeast"] <= len(policy["of"]) <= 64, "a policy cannot be satisfied")
    return [key for part in policy["of"] for key in policy_keys(part, depth + 1)]


def signed_by_each(network, tag, body, signatures):
    """Whether each (key, signature) is good, the keys or names ascending and each there once."""
    return all(ed25519.verify(key, tagged(tag, network, body), signature) for key, signature in signatures)


def ascending(names):
    return all(a < b for a, b in zip(names, names[1:]))


def next_epoch(network, before, data):
    """E56: the epoch that a link begins after `before`; Refused if it does not prove itself."""
    link = Bytes(data)
    previous = link.take(32)
    epoch, index, term, time = (link.number(8) for _ in range(HEADER_NUMBERS))
    kind, body = link.number(1), link.string(64 * 1024)
    demand(kind == CONFIG and epoch == before.number and index > before.index, "it ends another epoch, or none")
    numbers = b"".join(n.to_bytes(8, "big") for n in (epoch, index, term, time))
    entry = sha256(tagged(b"entry", previous, numbers, bytes([CONFIG]), sha256(body)))
    after = configured(network, before, body, time)
    check_commit(network, before, link, index, entry)
    link.end()
    return Epoch(before.number + 1, after[0], after[1], index, entry)


def configured(network, before, body, time):
    """E55: the voters' keys and the policy that the body of a config entry names, if it may end the epoch before."""
    parts = Bytes(body)
    document = parts.string(DOCUMENT_BYTES_MAX)
    approvals = parts.items(64, lambda: (parts.take(32), parts.take(64)))
    ready = parts.items(128, lambda: (parts.number(4), parts.take(64)))
    parts.end()
    act, identity = parse(document, "the act"), sha256(tagged(b"act-document", document))
    fits(act, ACT, "the act")
    content, nodes, admin = act["content"], act["content"]["nodes"], act["content"]["policies"]["admin"]
    demand(0 < len(nodes) <= 256 and len(act["reason"].encode()) <= 1000, "the act names no nodes, or says too much")
    voters = {node["id"]: bytes.fromhex(node["signKey"]) for node in nodes if node["role"] == "voter"}
    admins = policy_keys(admin)
    every = [node["signKey"] for node in nodes] + [node["transportKey"] for node in nodes] + admins
    demand(len(set(every)) == len(every) and len(admins) <= 64, "a key stands twice")
    demand(len({node["id"] for node in nodes}) == len(nodes), "an id stands twice")
    demand(0 < len(voters) <= 128, "there are no voters, or too many")
    demand(content["epoch"] == before.number + 1 and time <= act["expires"], "the act is of another epoch, or too late")
    names = [key for key, _ in approvals]
    demand(ascending(names) and satisfied(before.admin, {key.hex() for key in names}), "the admins did not approve it")
    demand(signed_by_each(network, b"act", identity, approvals), "an approval is not signed")
    after = Epoch(before.number + 1, voters, None, 0, b"")
    demand(ascending([node for node, _ in ready]) and len(ready) >= after.quorum, "too few voters are ready")
    demand(all(node in voters for node, _ in ready), "somebody is ready who would not vote")
    good = signed_by_each(network, b"ready", identity, [(voters[node], signature) for node, signature in ready])
    demand(good, "a voter's readiness is not signed")
    return voters, admin


def check_commit(network, before, proof, index, entry):
    """E17: a quorum of the epoch has certified exactly this entry, in one term."""
    term = proof.number(8)
    demand(proof.number(8) == index and proof.take(32) == entry, "it proves another entry")
    demand(proof.number(4) == 0, "it proves more than the config entry")
    acks = proof.items(128, proof.statement)
    demand(ascending([voter for voter, _, _ in acks]), "those who acknowledge are not in order")
    demand(len(acks) >= before.quorum, f"{len(acks)} acknowledge it where {before.quorum} must")
    for voter, body, signature in acks:
        ack = Bytes(body)
        demand(voter in before.keys, f"{voter} is no voter of epoch {before.number}")
        named = (ack.number(8), ack.number(4), ack.number(8))
        demand(named == (before.number, voter, term), f"the Ack of voter {voter} is of another epoch, voter or term")
        ack.number(8), ack.take(32)
        demand((ack.number(8), ack.take(32)) == (index, entry), f"voter {voter} has certified another entry")
        ack.number(8), ack.take(32)
        ack.end()
        good = ed25519.verify(before.keys[voter], tagged(b"ack", network, body), signature)
        demand(good, f"the Ack of voter {voter} is not signed")


def read_epochs(data, network, first):
    """E57: all epochs that a file leads to, the first included; Refused, with the link that does not prove itself."""
    document = parse(data, "the epochs file")
    fits(document, EPOCHS_FILE, "the epochs file")
    demand(document["network"] == network.hex(), "the epochs file is of another network")
    demand(len(document["links"]) <= LINKS_MAX, "the epochs file is too long")
    epochs = [first]
    for text in document["links"]:
        try:
            demand(len(text) <= 2 * LINK_BYTES_MAX, "it is too long")
            epochs.append(next_epoch(network, epochs[-1], bytes.fromhex(text)))
        except Refused as why:
            raise Refused(f"the link from epoch {len(epochs) - 1} to {len(epochs)}: {why}") from None
    return epochs
