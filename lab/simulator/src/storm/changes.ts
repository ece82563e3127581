// What administrators change about a network, and who belongs to it then. As many faults as the network bears at its
// beginning it must bear always, for so many of its nodes may be faulty: there are never fewer voters than at first.

import type { NodeId, Prng } from "@juno/base";
import { type Configuration, type EpochFacts, type Member, votersOf } from "@juno/proof";
import { administrators, GENERATIONS_MAX, generationOf, keyGenerationOf, memberOf } from "../members.ts";

export const CHANGES = [
  "admit",
  "promote",
  "demote",
  "remove",
  "replace",
  "new keys",
  "all new keys",
  "new administrators",
  "nothing",
] as const;
export type Change = (typeof CHANGES)[number];

export type Standing = {
  readonly prng: Prng;
  /** From the first on. */
  readonly epochs: readonly EpochFacts[];
  /** All nodes that there are. */
  readonly ids: readonly NodeId[];
};

export type Wanted = { readonly members: readonly Member[]; readonly admin: object };

/** Undefined where it cannot be done. */
export function changed(change: Change, { prng, epochs, ids }: Standing): Wanted | undefined {
  const { configuration } = epochs.at(-1)!;
  const { members } = configuration;
  const generation = generationOf(configuration.admin);
  const admin = administrators(generation);
  const draw = new Draw(prng, epochs);
  const outside = ids.filter((id) => !members.some((member) => member.id === id));
  switch (change) {
    case "admit":
      return outside.length === 0
        ? undefined
        : { members: [...members, draw.admitted(prng.pick(outside), "observer")], admin };
    case "promote": {
      const member = draw.one(members.filter(({ role }) => role === "observer"));
      return member && { members: put(members, { ...member, role: "voter" }), admin };
    }
    case "demote": {
      const member = draw.spared(configuration);
      return member && { members: put(members, { ...member, role: "observer" }), admin };
    }
    case "remove": {
      const observers = members.filter(({ role }) => role === "observer");
      const member = draw.one([...observers, ...draw.sparable(configuration)]);
      return member && { members: members.filter(({ id }) => id !== member.id), admin };
    }
    case "replace": {
      const id = draw.one(outside);
      const gone = prng.pick(votersOf(configuration));
      const others = members.filter((member) => member.id !== gone.id);
      return id && { members: [...others, draw.admitted(id, "voter")], admin };
    }
    case "new keys":
      return draw.rekeyed(members, [prng.pick(members)], admin);
    case "all new keys":
      return draw.rekeyed(members, members, admin);
    case "new administrators":
      return generation + 1 < GENERATIONS_MAX
        ? { members, admin: administrators(generation + 1) }
        : undefined;
    case "nothing":
      return { members, admin };
  }
}

const put = (members: readonly Member[], changed: Member): Member[] =>
  members.map((member) => (member.id === changed.id ? changed : member));

class Draw {
  readonly #prng: Prng;
  readonly #epochs: readonly EpochFacts[];

  constructor(prng: Prng, epochs: readonly EpochFacts[]) {
    this.#prng = prng;
    this.#epochs = epochs;
  }

  one<T>(some: readonly T[]): T | undefined {
    return some.length === 0 ? undefined : this.#prng.pick(some);
  }

  /** Voters that need not be one. */
  sparable(configuration: Configuration): readonly Member[] {
    const voters = votersOf(configuration);
    return voters.length > this.#epochs[0]!.electorate.voters.length ? voters : [];
  }

  spared(configuration: Configuration): Member | undefined {
    return this.one(this.sparable(configuration));
  }

  /** Of the keys that a node has had in the network, the newest; undefined if it has had none. */
  #newest(id: NodeId): number | undefined {
    const had = this.#epochs.flatMap(({ keyOf }) => keyOf.get(id) ?? []);
    return had.length === 0 ? undefined : Math.max(...had.map((key) => keyGenerationOf(id, key)));
  }

  /** A newcomer under the keys that it speaks with; who was a member before under its old ones, or under new ones. */
  admitted(id: NodeId, role: Member["role"]): Member {
    const newest = this.#newest(id);
    const isRenewed = this.#prng.chance(1, 2) && newest !== undefined && newest + 1 < GENERATIONS_MAX;
    return memberOf(id, role, (newest ?? 0) + (isRenewed ? 1 : 0));
  }

  rekeyed(members: readonly Member[], some: readonly Member[], admin: object): Wanted | undefined {
    const renewed = new Map(
      some.map(({ id, role }) => [id, memberOf(id, role, (this.#newest(id) ?? 0) + 1)] as const),
    );
    const isOver = some.some(({ id }) => (this.#newest(id) ?? 0) + 1 >= GENERATIONS_MAX);
    return isOver ? undefined : { members: members.map((member) => renewed.get(member.id) ?? member), admin };
  }
}
