// The world as tests of the language see it (L60): it begins empty, signers are made up by name, each
// command is a savepoint of its own, with fresh grants, and time moves only by `wait`.

import { assert, concatBytes, hex, type Sha256, utf8 } from "@juno/base";
import type { Authority } from "./authority/authority.ts";
import { policyValue } from "./authority/policy.ts";
import type { AssetSums } from "./border/coins-in.ts";
import { fieldsToJson } from "./border/fields.ts";
import { CommandEffects, type CommandParts } from "./command-effects.ts";
import { declarationsOf } from "./declarations.ts";
import type { TestingEffects } from "./effects.ts";
import { compareIntegers } from "./integer.ts";
import type { Construct, Integer, Value } from "./value.ts";
import type { Grant, Signer, World } from "./world.ts";

/** 2026-01-01T00:00:00.000Z */
export const TEST_START_MS = 1_767_225_600_000;

/** A signer who is there until `release`, and perhaps what they grant in each command. */
type Presence = { readonly names: readonly string[]; readonly grant: Grant | undefined };

/** The command that runs: who was behind what came before it, and what was out of balance then. */
type Running = { readonly outer: Authority; readonly imbalance: AssetSums };

export type TestParts = Omit<CommandParts, "world" | "entry"> & {
  readonly sha256: Sha256;
  /** The module whose test runs: the entry of what it calls that is no action. */
  readonly module: string;
  /** What was there before; an empty ledger if absent. Its signers do not sign. */
  readonly world?: World;
};

/** The key of a made-up signer, hex. */
export const signerKey = (sha256: Sha256, name: string): string =>
  hex(sha256(concatBytes(utf8("signer:"), utf8(name))));

const emptyWorld = (sha256: Sha256): World => ({
  sha256,
  time: TEST_START_MS,
  signers: [],
  roles: () => [],
  row: () => undefined,
  keys: () => [],
});

class MadeUpSigners implements TestingEffects {
  readonly #effects: CommandEffects;
  readonly #parts: TestParts;
  readonly #present: Presence[] = [];
  #now: number;
  #running: Running | undefined;

  constructor(effects: CommandEffects, parts: TestParts) {
    this.#effects = effects;
    this.#parts = parts;
    this.#now = effects.now;
  }

  #keyOf(name: string): string {
    return signerKey(this.#parts.sha256, name);
  }

  /** Each name once, in the order in which they came. */
  #signers(): Signer[] {
    const grants = new Map<string, Grant[]>();
    for (const { names, grant } of this.#present) {
      for (const name of names) {
        const held = grants.get(name) ?? [];
        if (grant !== undefined) held.push(grant);
        grants.set(name, held);
      }
    }
    return [...grants].map(([name, held]) => ({ key: this.#keyOf(name), grants: held }));
  }

  /** L60: signer n has the role n, and nobody else has it. */
  #authority(entry: string): Authority {
    const roles = (role: string) => [this.#keyOf(role)];
    return this.#effects.authorityOf({ signers: this.#signers(), roles, now: this.#now, entry });
  }

  /** Between commands, what the test itself calls sees who is there and what time it is. */
  #look(): void {
    assert(this.#running === undefined, "a test is set up between its commands");
    this.#effects.authority = this.#authority(this.#parts.module);
  }

  signer(name: string): Value {
    return policyValue({ kind: "key", key: this.#keyOf(name) });
  }

  signing(names: readonly string[]): void {
    this.#present.push({ names, grant: undefined });
    this.#look();
  }

  granting(name: string, capability: Value): void {
    const [full, ...values] = (capability as Construct).fields as readonly [string, ...Value[]];
    const code = declarationsOf(this.#parts.modules).capabilities.get(full);
    assert(code !== undefined, `the capability ${full} is declared`);
    const fields = fieldsToJson(code.fields, this.#effects.scope, values);
    // What has no JSON could not stand in a command; so it grants nothing.
    this.#present.push({
      names: [name],
      grant: fields.ok ? { capability: full, fields: fields.value } : undefined,
    });
    this.#look();
  }

  release(): void {
    assert(this.#present.length > 0, "somebody signs");
    this.releaseTo(this.#present.length - 1);
  }

  get presences(): number {
    return this.#present.length;
  }

  releaseTo(presences: number): void {
    this.#present.length = Math.min(this.#present.length, presences);
    this.#look();
  }

  /** L46: time never goes back. */
  wait(durationMs: Value): void {
    const ms = durationMs as Integer;
    if (compareIntegers(ms, 0) > 0) this.#now = Math.min(this.#now + Number(ms), Number.MAX_SAFE_INTEGER);
    this.#look();
  }

  supply(asset: Value): Value {
    return this.#effects.supplyOf(asset);
  }

  begin(module: string): void {
    assert(this.#running === undefined, "commands of a test do not nest");
    this.#running = { outer: this.#effects.authority, imbalance: this.#effects.imbalance() };
    this.#effects.savepoint();
    this.#effects.authority = this.#authority(module);
  }

  end(keep: boolean): void {
    const running = this.#running;
    assert(running !== undefined, "a command runs");
    if (keep) {
      this.#effects.assertConserved(running.imbalance);
      this.#effects.release();
    } else {
      this.#effects.rollback();
    }
    this.#effects.authority = running.outer;
    this.#running = undefined;
  }
}

/** The effects of one test, or of one line of a session, over what was there before. */
export function effectsForTest(parts: TestParts): CommandEffects {
  const { modules, policyOf, sha256, module, world = emptyWorld(sha256) } = parts;
  const effects = new CommandEffects({ modules, policyOf, world, entry: module });
  const testing = new MadeUpSigners(effects, parts);
  effects.testing = testing;
  return effects;
}
