// Whether signers satisfy a policy (L43). A signer serves at most one part of it. Precisely: a set S of signers
// satisfies a key if it contains its holder, a role if it contains a holder of it, `after(t, p)` if t has come
// and it satisfies p, and `at_least(n, parts)` if n of the parts are satisfied by subsets of S of which no two share
// a signer. The answer is exact, so one more signature never harms. Without `at_least` inside `at_least` this
// is one matching; with it, the selections of inner lists are tried in order, and each trial is charged.

import type { Policy } from "./policy.ts";

export type Bench = {
  /** Those who count, lower-case hex, each once. */
  readonly signers: readonly string[];
  readonly roles: (role: string) => readonly string[];
  readonly now: number;
  /** Is told of work before it is done. */
  readonly charge: (work: "policyKey" | "roleHolder" | "trial", times: number) => void;
};

/** A key or role, or a list of which one such part is asked: the places of the signers who serve. */
type Leaf = { readonly kind: "leaf"; readonly signers: readonly number[] };

type Group = {
  readonly kind: "group";
  readonly need: number;
  readonly leaves: readonly Leaf[];
  readonly groups: readonly Group[];
};

const leafOf = (signers: ReadonlySet<number>): Leaf | undefined =>
  signers.size === 0 ? undefined : { kind: "leaf", signers: [...signers].sort((a, b) => a - b) };

/** What the policy asks of these signers at this time; undefined if they can never satisfy it. */
function demandOf(
  policy: Policy,
  bench: Bench,
  placeOf: ReadonlyMap<string, number>,
): Leaf | Group | undefined {
  switch (policy.kind) {
    case "key":
    case "role": {
      bench.charge("policyKey", 1);
      const holders = policy.kind === "key" ? [policy.key] : bench.roles(policy.role);
      if (policy.kind === "role") bench.charge("roleHolder", holders.length);
      const places = new Set<number>();
      for (const holder of holders) {
        const place = placeOf.get(holder);
        if (place !== undefined) places.add(place);
      }
      return leafOf(places);
    }
    case "after":
      return bench.now >= policy.time ? demandOf(policy.policy, bench, placeOf) : undefined;
    case "at-least": {
      const parts = policy.of
        .map((part) => demandOf(part, bench, placeOf))
        .filter((part) => part !== undefined);
      return parts.length < policy.count ? undefined : groupOf(policy.count, parts);
    }
  }
}

/** The simplest form: a list of which one leaf is asked is a leaf, and then every group has two parts or more. */
function groupOf(need: number, parts: readonly (Leaf | Group)[]): Leaf | Group {
  if (need === 1 && parts.length === 1) return parts[0]!;
  const leaves = parts.filter((part) => part.kind === "leaf");
  const groups = parts.filter((part) => part.kind === "group");
  if (need === 1 && groups.length === 0) return leafOf(new Set(leaves.flatMap((leaf) => leaf.signers)))!;
  return { kind: "group", need, leaves, groups };
}

/** A group that is to be satisfied, with the number of its own leaves that must be. */
type Selected = { readonly group: Group; leavesNeeded: number };

/** Where a search has been; what did not help once does not help again. */
type Tried = { readonly signers: Set<number>; readonly groups: Set<Group> };

/** Matches leaves of the selected groups with signers, each signer once (augmenting paths). */
class Matching {
  readonly #charge: Bench["charge"];
  readonly #ownerOf = new Map<Leaf, Group>();
  /** By signer the leaf that they serve. */
  readonly #servedBy = new Map<number, Leaf>();
  readonly #matched = new Set<Leaf>();

  constructor(charge: Bench["charge"]) {
    this.#charge = charge;
  }

  /** Whether one more leaf of the group can be served; leaves of other groups keep their number. */
  extend(group: Group): boolean {
    for (const leaf of group.leaves) this.#ownerOf.set(leaf, group);
    return this.#matchAny(group, { signers: new Set(), groups: new Set() });
  }

  get signers(): number[] {
    return [...this.#servedBy.keys()].sort((a, b) => a - b);
  }

  #matchAny(group: Group, tried: Tried): boolean {
    if (tried.groups.has(group)) return false;
    tried.groups.add(group);
    for (const leaf of group.leaves) {
      if (!this.#matched.has(leaf) && this.#match(leaf, tried)) {
        this.#matched.add(leaf);
        return true;
      }
    }
    return false;
  }

  /** Finds a signer for the leaf; each signer is tried once, so the recursion is at most as deep as they are many. */
  #match(leaf: Leaf, tried: Tried): boolean {
    for (const signer of leaf.signers) {
      if (tried.signers.has(signer)) continue;
      this.#charge("trial", 1);
      tried.signers.add(signer);
      const served = this.#servedBy.get(signer);
      if (served !== undefined && !this.#release(served, tried)) continue;
      this.#servedBy.set(signer, leaf);
      return true;
    }
    return false;
  }

  /** Serves a leaf by another signer, or another leaf of its group in its stead. */
  #release(leaf: Leaf, tried: Tried): boolean {
    if (this.#match(leaf, tried)) return true;
    if (!this.#matchAny(this.#ownerOf.get(leaf)!, tried)) return false;
    this.#matched.delete(leaf);
    return true;
  }
}

/** The signers who serve the selected groups together, or undefined. */
function serve(selected: readonly Selected[], charge: Bench["charge"]): number[] | undefined {
  const matching = new Matching(charge);
  for (const { group, leavesNeeded } of selected) {
    for (let i = 0; i < leavesNeeded; i++) if (!matching.extend(group)) return undefined;
  }
  return matching.signers;
}

type Inner = { readonly group: Group; readonly parent: Group };

/** The groups within a group, each before those within it. */
const innerGroups = (group: Group): Inner[] =>
  group.groups.flatMap((inner) => [{ group: inner, parent: group }, ...innerGroups(inner)]);

/** Tries to take inner groups into the selection, first with and then without each; there are fewer than 64. */
function select(
  inner: readonly Inner[],
  at: number,
  selected: Selected[],
  charge: Bench["charge"],
): number[] | undefined {
  const next = inner[at];
  if (next === undefined) {
    const possible = selected.every(({ group, leavesNeeded }) => leavesNeeded <= group.leaves.length);
    return possible ? serve(selected, charge) : undefined;
  }
  charge("trial", 1);
  const parent = selected.find(({ group }) => group === next.parent);
  if (parent !== undefined && parent.leavesNeeded > 0) {
    parent.leavesNeeded -= 1;
    selected.push({ group: next.group, leavesNeeded: next.group.need });
    const found = select(inner, at + 1, selected, charge);
    if (found !== undefined) return found;
    selected.pop();
    parent.leavesNeeded += 1;
  }
  return select(inner, at + 1, selected, charge);
}

/** Places among `bench.signers` of signers who satisfy the policy, no more of them than it asks for; or undefined. */
export function servingSigners(policy: Policy, bench: Bench): readonly number[] | undefined {
  const placeOf = new Map(bench.signers.map((signer, place) => [signer, place]));
  const demand = demandOf(policy, bench, placeOf);
  if (demand === undefined) return undefined;
  if (demand.kind === "leaf") return demand.signers.slice(0, 1);
  return select(innerGroups(demand), 0, [{ group: demand, leavesNeeded: demand.need }], bench.charge);
}
