"""Reads JSON strictly: rules C1 and C2 of spec/4-ledger.md, and whether a value has a given shape.

Python's own reader takes members twice, fractions, NaN and half characters; whoever verifies must not,
or two readers of one file could see two different things. It knows nothing of ledgers.
"""

import json
import re

DEPTH_MAX = 64


class Refused(Exception):
    """Why something is not believed."""


def demand(holds, why):
    if not holds:
        raise Refused(why)


def members(pairs):
    demand(len(dict(pairs)) == len(pairs), "a member stands twice in one object")
    return dict(pairs)


def integer(spelling):
    demand(re.fullmatch("-?[0-9]{1,16}", spelling), "a number is no integer below 2^53")
    demand(abs(int(spelling)) < 2**53 and spelling != "-0", "a number is no integer below 2^53")
    return int(spelling)


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def canonical(value):
    """C2, in bytes. Half of a surrogate pair has none: it raises a ValueError."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def parse(data, what):
    """C1: the value in these bytes, named `what` where they are refused."""
    numbers = {"parse_int": integer, "parse_float": integer, "parse_constant": integer}
    try:
        value = json.loads(data.decode(), object_pairs_hook=members, **numbers)
        demand(depth(value) <= DEPTH_MAX, "it is nested too deeply")
        canonical(value)
    except (ValueError, RecursionError, Refused) as fault:
        raise Refused(f"{what} is no strict JSON: {fault}") from None
    return value


def fits(value, shape, place):
    """Refuses a value that has not the shape, naming the place.

    A shape is a range: an integer in it; a text: the pattern of a text; a list: a list of that shape;
    a dict: an object of these members, where "?" marks one that may be absent and "*" is for any name;
    or None: anything.
    """
    if isinstance(shape, range):
        demand(type(value) is int and value in shape, f"{place} is no integer that may stand there")
    elif isinstance(shape, str):
        fit = type(value) is str and re.fullmatch(shape, value, re.DOTALL)
        demand(fit, f"{place} is no text that may stand there")
    elif isinstance(shape, list):
        demand(type(value) is list, f"{place} is no list")
        for at, item in enumerate(value):
            fits(item, shape[0], f"{place}[{at}]")
    elif isinstance(shape, dict):
        demand(type(value) is dict, f"{place} is no object")
        known = {name.rstrip("?"): inner for name, inner in shape.items()}
        for name in shape:
            demand(name in value or name[-1] in "?*", f"{place} lacks the member {name}")
        for name, member in value.items():
            demand(name in known or "*" in known, f"{place} has an unknown member")
            fits(member, known.get(name, known.get("*")), f"{place}.{name}")
