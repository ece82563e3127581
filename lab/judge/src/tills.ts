// The sequential model of contracts that are deployed and upgraded on the way: a till that gives out points, and a desk
// in front of two tills (lab/judge/contracts), written apart from them. Of gas it knows one thing: who wanders, has none.

/** What is deployed: the till gives out `bonus` points a visit; a `broken` module no node takes. */
export type Deployment = {
  readonly kind: "deploy";
  readonly module: "till" | "desk" | "broken";
  readonly bonus: bigint;
  /** Who signs it: the operators may let modules in, the risk officer alone may upgrade these. */
  readonly by: "operators" | "risk";
};

/** The source of the till, or another module's, as it is deployed: versions with another bonus keep their rows in another form. */
export function versionOf(source: string, bonus: bigint): string {
  const giving = source.replace("bonus() -> Nat = 1", `bonus() -> Nat = ${bonus}`);
  return bonus === 1n
    ? giving
    : giving.replace(/\b(?:one|more)(?=: )/g, (name) => (name === "one" ? "more" : "one"));
}

export type TillCall =
  | Deployment
  | {
      readonly kind: "visit";
      readonly till: string;
      /** The one that is meant, if one is. */
      readonly version?: number;
    }
  | { readonly kind: "redeem"; readonly till: string; readonly minor: bigint }
  /** Never ends. */
  | { readonly kind: "wander"; readonly till: string }
  /** By way of the desk: one till gives, the other is charged. */
  | { readonly kind: "pass"; readonly to: string; readonly from: string; readonly minor: bigint };

/** Among the names of accounts, that of a till. */
export const tillName = (till: string): string => `till ${till}`;
export const isTillName = (name: string): boolean => name.startsWith(tillName(""));

/** Version 0 is none. */
type Modules = { readonly version: number; readonly bonus: bigint; readonly hasDesk: boolean };

const NOTHING: Modules = { version: 0, bonus: 0n, hasDesk: false };

/** Points by till, and what is deployed, as changes over others or over nothing. */
export class Tills {
  readonly #below: Tills | undefined;
  readonly #own = new Map<string, bigint>();
  #modules: Modules;

  constructor(below?: Tills) {
    this.#below = below;
    this.#modules = below === undefined ? NOTHING : below.#modules;
  }

  #points(till: string): bigint | undefined {
    const own = this.#own.get(till);
    return own !== undefined || this.#below === undefined ? own : this.#below.#points(till);
  }

  /** By the names that `tillName` gives. */
  balances(): Map<string, bigint> {
    const own = [...this.#own].map(([till, points]) => [tillName(till), points] as const);
    return new Map([...(this.#below?.balances() ?? []), ...own]);
  }

  /** What is deployed, in a word. */
  get deployed(): string {
    const { version, bonus, hasDesk } = this.#modules;
    return `${version} ${bonus} ${hasDesk}`;
  }

  /** Takes over what others above these have changed. */
  absorb(others: Tills): void {
    for (const [till, points] of others.#own) this.#own.set(till, points);
    this.#modules = others.#modules;
  }

  /** Undefined, or the name of the error that ends it; then these are to be thrown away. */
  call(call: TillCall): string | undefined {
    if (call.kind === "deploy") return this.#deploy(call);
    const { version, hasDesk } = this.#modules;
    const isThere = call.kind === "pass" ? hasDesk : version > 0;
    if (!isThere) return "UnknownModule";
    switch (call.kind) {
      case "visit":
        if (call.version !== undefined && call.version !== version) return "UnknownVersion";
        this.#give(call.till);
        return undefined;
      case "redeem":
        return call.minor > 0n ? this.#charge(call.till, call.minor) : "RequirementFailed";
      case "wander":
        return "OutOfGas";
      case "pass":
        this.#give(call.to);
        return this.#charge(call.from, call.minor);
    }
  }

  #deploy({ module, bonus, by }: Deployment): string | undefined {
    const { version, hasDesk } = this.#modules;
    const isUpgrade = module === "desk" ? hasDesk : version > 0;
    if (module === "broken" || by !== (isUpgrade ? "risk" : "operators")) return "DeployRefused";
    // A desk imports the till.
    if (module === "desk" && version === 0) return "DeployRefused";
    this.#modules =
      module === "desk"
        ? { version, bonus: this.#modules.bonus, hasDesk: true }
        : { version: version + 1, bonus, hasDesk };
    return undefined;
  }

  #give(till: string): void {
    this.#own.set(till, (this.#points(till) ?? 0n) + this.#modules.bonus);
  }

  #charge(till: string, asked: bigint): string | undefined {
    const held = this.#points(till);
    if (held === undefined) return "RowMissing";
    if (asked > held) return "Short";
    this.#own.set(till, held - asked);
    return undefined;
  }
}
