"""Verifies Ed25519 signatures by rule E8 of spec/2-encoding.md, which judges exactly as libsodium does.

Plain arithmetic in plain Python: slow, and not in constant time, which only signing would need.
It knows nothing of ledgers. Nothing here raises for bad bytes: what cannot be accepted is False.
"""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z and T = XY/Z.
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    """The sum of two points, which may be equal: the formula holds for all points of the curve."""
    e = (a[1] - a[0]) * (b[1] - b[0])
    f = (a[1] + a[0]) * (b[1] + b[0])
    g = 2 * D * a[3] * b[3] % P
    h = 2 * a[2] * b[2]
    x, y, z, t = f - e, f + e, h - g, h + g
    return x * z % P, y * t % P, z * t % P, x * y % P


def point_at(y, sign):
    """The point with this y and the x whose lowest bit is `sign`, where that exists; None off the curve."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square:
        return None
    if x % 2 != sign:
        x = -x % P
    return x, y, 1, x * y % P


def split(encoded):
    """The number y and the sign of x that 32 bytes hold; y may be P or more."""
    number = int.from_bytes(encoded, "little")
    return number & (2**255 - 1), number >> 255


def encode(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def has_small_order(encoded):
    """Whether these bytes, canonical or not, encode a point whose order divides 8."""
    y, sign = split(encoded)
    point = point_at(y % P, sign)
    if point is None:
        return False
    for _ in range(3):
        point = add(point, point)
    return point[0] == 0 and point[1] == point[2]


def sum_of_multiples(s, a, k, b):
    """[s]a + [k]b, doubling once for both."""
    steps = {(1, 0): a, (0, 1): b, (1, 1): add(a, b)}
    total = NEUTRAL
    for bit in reversed(range(max(s.bit_length(), k.bit_length()))):
        total = add(total, total)
        step = steps.get((s >> bit & 1, k >> bit & 1))
        if step is not None:
            total = add(total, step)
    return total


BASE = point_at(4 * pow(5, -1, P) % P, 0)


def verify(key, message, signature):
    """E8, point by point."""
    if len(key) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    y, sign = split(key)
    if y >= P:
        return False
    a = point_at(y, sign)
    if a is None or has_small_order(key) or has_small_order(r):
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    minus_a = (-a[0] % P, a[1], a[2], -a[3] % P)
    return encode(sum_of_multiples(s, BASE, k, minus_a)) == r
