// Configurations for tests: nodes and administrators whose keys are digits.

import { Epoch, NodeId, parseHex } from "@juno/base";
import type { Configuration, Member, MemberRole, Policy } from "@juno/proof";
import type { AnnouncedKeys } from "../../src/admin/node-keys-file.ts";

export const keyHex = (digits: number): string => String(digits).padStart(64, "0");
export const keyBytes = (digits: number): Uint8Array => parseHex(keyHex(digits), 32)!;

export const keysOf = (id: number, generation = 0): AnnouncedKeys => ({
  id: NodeId(id),
  signKey: keyBytes(1_000 + 10 * id + generation),
  transportKey: keyBytes(2_000 + 10 * id + generation),
  address: `10.0.0.${id}:8100`,
});

export const member = (id: number, role: MemberRole = "voter"): Member => ({ ...keysOf(id), role });

export const twoOf = (...keys: readonly number[]): Policy => ({
  kind: "atLeast",
  count: 2,
  of: keys.map((key) => ({ kind: "key", key: keyHex(key) })),
});

export const configuration = (members: readonly Member[], admin: Policy = twoOf(1, 2, 3)): Configuration => ({
  epoch: Epoch(0),
  members,
  admin,
});

export const FOUR = configuration([1, 2, 3, 4].map((id) => member(id)));
