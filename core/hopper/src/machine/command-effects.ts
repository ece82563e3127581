// What a command does to the world, gathered until it ends (L40–L44): rows, events, coins made and destroyed, authority
// used. It stands behind the machines' port `Effects`; whoever runs a command opens savepoints around what
// may fail alone, and at the end asks for what has changed. Nothing here outlives the command.

import { assert, type Sha256 } from "@juno/base";
import type { FunctionRef, TableOperation } from "./anf.ts";
import { Authority, type AuthorityParts } from "./authority/authority.ts";
import type { SpentGrant } from "./authority/grants.ts";
import type { AssetSums } from "./border/coins-in.ts";
import { spellFields } from "./border/fields.ts";
import { type ShapeScope, withElsewhere } from "./border/scope.ts";
import { type Declarations, declarationsOf } from "./declarations.ts";
import type { Effects, Meter, TestingEffects } from "./effects.ts";
import { isNegative } from "./integer.ts";
import type { AssetCode, ModuleCode } from "./module-code.ts";
import { EVENT_GAS } from "./row-gas.ts";
import type { Shape } from "./shape.ts";
import { CoinTally, type SupplyChange } from "./state/coin-tally.ts";
import type { EffectsState, EmittedEvent } from "./state/effects-state.ts";
import { Journal } from "./state/journal.ts";
import { compareAddress, OverlayTable, type RowChange, rowChanges } from "./state/row-overlay.ts";
import { EncodedRow } from "./state/stored-row.ts";
import { performTableOperation, type TakenRow, takeAll } from "./state/table-operations.ts";
import { Construct, type Integer, type Value } from "./value.ts";
import type { Signer, World } from "./world.ts";

/** L32: of one event's fields as text. */
export const EVENT_BYTES_MAX = 1_048_576;

export type CommandParts = {
  readonly world: World;
  /** Every module that can run, imports included. */
  readonly modules: readonly ModuleCode[];
  /** The module whose action is called. */
  readonly entry: string;
  /** The policy that a module's function () → Policy gives: what an asset's mint policy is. */
  readonly policyOf: (fn: FunctionRef, meter: Meter, sha256: Sha256) => Value;
};

/** `demo.bank` and `Hop` of `demo.bank.Hop`. */
function splitName(full: string): { readonly module: string; readonly name: string } {
  const dot = full.lastIndexOf(".");
  return { module: full.slice(0, dot), name: full.slice(dot + 1) };
}

export class CommandEffects implements Effects {
  /** Set by tests of the language, and by nobody else. */
  testing: TestingEffects | undefined = undefined;
  readonly scope: ShapeScope;
  readonly #parts: CommandParts;
  readonly #declared: Declarations;
  readonly #journal = new Journal();
  /** Tables that were touched, by module and place. */
  readonly #tables = new Map<string, Map<number, OverlayTable>>();
  readonly #tally: CoinTally;
  readonly #emitted: EmittedEvent[] = [];
  #authority: Authority;

  constructor(parts: CommandParts) {
    const { modules, world, entry } = parts;
    this.#parts = parts;
    this.#declared = declarationsOf(modules);
    const { scope } = this.#declared;
    this.scope = world.module === undefined ? scope : withElsewhere(scope, world.module);
    this.#tally = new CoinTally(this.scope, this.#journal);
    const { signers, roles, time } = world;
    this.#authority = this.authorityOf({ signers, roles, now: time, entry });
  }

  authorityOf(parts: Pick<AuthorityParts, "signers" | "roles" | "now" | "entry">): Authority {
    const undo = (back: () => void) => this.#journal.note(back);
    return new Authority({ ...parts, capabilities: this.#declared.capabilities, scope: this.scope, undo });
  }

  get authority(): Authority {
    return this.#authority;
  }

  /** From now on others are behind what happens: the next action of a batch, or the next command of a test. */
  set authority(authority: Authority) {
    this.#authority = authority;
  }

  get sha256(): Sha256 {
    return this.#parts.world.sha256;
  }

  get now(): number {
    return this.#authority.now;
  }

  table(
    operation: TableOperation,
    place: { module: string; table: number },
    args: readonly Value[],
    meter: Meter,
  ): Value {
    return performTableOperation(this.#table(place.module, place.table), {
      operation,
      args,
      scope: this.scope,
      meter,
    });
  }

  #placeOf({ module, table }: { readonly module: string; readonly table: string }): number {
    const place = this.#declared.tables.get(module)?.findIndex(({ name }) => name === table) ?? -1;
    assert(place >= 0, "a table is named that there is");
    return place;
  }

  #table(module: string, place: number): OverlayTable {
    const tables = this.#tables.get(module) ?? new Map<number, OverlayTable>();
    let table = tables.get(place);
    if (table === undefined) {
      const code = this.#declared.tables.get(module)?.[place];
      assert(code !== undefined, "code names tables of its own module only");
      const { world } = this.#parts;
      table = new OverlayTable({ module, code, world, scope: this.scope, journal: this.#journal });
      this.#tables.set(module, tables.set(place, table));
    }
    return table;
  }

  /**
   * L45: rows of a table as an earlier version wrote them, with their keys, in the order of these. Each is gone from then on, until
   * another is put in its place.
   */
  *oldRows(
    place: { readonly module: string; readonly table: string },
    shape: Shape,
    meter: Meter,
  ): IterableIterator<TakenRow> {
    const table = this.#table(place.module, this.#placeOf(place));
    table.migrate(shape);
    yield* takeAll(table, this.scope, meter);
  }

  emit(event: Value, meter: Meter): void {
    meter.charge(EVENT_GAS.event);
    const [full, ...values] = (event as Construct).fields as readonly [string, ...Value[]];
    const code = this.#declared.events.get(full);
    assert(code !== undefined, `the event ${full} is declared`);
    let bytes = 0;
    const fields = spellFields(code.fields, this.scope, values, (more) => {
      meter.charge(EVENT_GAS.piece + EVENT_GAS.byte * more);
      bytes += more;
      if (bytes > EVENT_BYTES_MAX) meter.fail("EventTooLarge", { event: full, max: EVENT_BYTES_MAX });
    });
    if (!fields.ok) {
      const { path, expected } = fields.error;
      return meter.fail("NotRepresentable", { event: full, path, expected });
    }
    this.#emitted.push({ ...splitName(full), fields: fields.value });
    this.#journal.note(() => this.#emitted.pop());
  }

  mint(asset: Value, amount: Value, module: string, meter: Meter): Value {
    const name = (asset as Construct).fields[0] as string;
    const code = this.scope.assets.get(name);
    assert(code !== undefined, `the asset ${name} is declared`);
    if (isNegative(amount as Integer)) meter.fail("RequirementFailed", { clause: "amount >= 0" });
    if (!this.#mayMint(code, module, meter)) {
      meter.fail("RequirementFailed", { clause: `the mint policy of ${name}` });
    }
    this.#tally.mint(asset, amount as Integer, meter);
    return new Construct(0, [asset, amount]);
  }

  /** L41: the declaring module's code alone, and with its policy's signatures if there is one. */
  #mayMint(code: AssetCode, module: string, meter: Meter): boolean {
    if (splitName(code.name).module !== module) return false;
    if (code.mint === undefined) return true;
    const policy = this.#parts.policyOf({ module, name: code.mint }, meter, this.sha256);
    return this.#authority.signed(policy, module, meter);
  }

  burn(coin: Value, meter: Meter): void {
    const [asset, amount] = (coin as Construct).fields as readonly [Value, Integer];
    this.#tally.burn(asset, amount, meter);
  }

  signed(policy: Value, module: string, meter: Meter): boolean {
    return this.#authority.signed(policy, module, meter);
  }

  allowed(policy: Value, capability: Value, module: string, meter: Meter): boolean {
    return this.#authority.allowed(policy, capability as Construct, module, meter);
  }

  /** Ends by one `rollback` or one `release`; they nest. */
  savepoint(): void {
    this.#journal.savepoint();
  }

  rollback(): void {
    this.#journal.rollback();
  }

  release(): void {
    this.#journal.release();
  }

  /** L44: net changes in the order of module, table and key. */
  changes(): RowChange[] {
    return rowChanges(this.#allTables());
  }

  /** In the order in which they were emitted. */
  events(): readonly EmittedEvent[] {
    return this.#emitted;
  }

  /** Ascending by asset. */
  supplyChanges(): SupplyChange[] {
    return this.#tally.changes();
  }

  supplyOf(asset: Value): Integer {
    return this.#tally.supplyOf(asset);
  }

  grantsSpent(): SpentGrant[] {
    return this.#authority.grantsSpent();
  }

  /** Who is behind what happens, with what is left of their grants: for the command's next action. */
  signersLeft(): readonly Signer[] {
    return this.#authority.signersLeft();
  }

  imbalance(): AssetSums {
    return this.#tally.imbalance(this.#allTables());
  }

  /** L41: a fault of the system, not of a program, so the node stops; `since` is what was out of balance before. */
  assertConserved(since: AssetSums = new Map()): void {
    const sums = this.imbalance();
    for (const asset of new Set([...sums.keys(), ...since.keys()])) {
      assert(sums.get(asset) === since.get(asset), `coins of ${asset} are conserved`);
    }
  }

  /** L34: what has been done so far, for a machine that is suspended outside savepoints. */
  state(): EffectsState {
    assert(this.#journal.open === 0, "no savepoint is open");
    const rows = [...this.#allTables()].flatMap((table) =>
      table
        .changed()
        .map(({ key, now }) => ({ module: table.module, table: table.code.name, key, now: now?.bytes() })),
    );
    const { minted, burned } = this.#tally.sums();
    return {
      rows: rows.sort(compareAddress),
      events: [...this.#emitted],
      minted,
      burned,
      grants: this.#authority.grantsState(),
    };
  }

  /** Takes up what `state` told, with the same parts, before anything else is done. */
  resume(state: EffectsState): void {
    for (const { module, table, key, now } of state.rows) {
      const held = this.#table(module, this.#placeOf({ module, table }));
      held.write(key, now && new EncodedRow(now, held.form));
    }
    this.#emitted.push(...state.events);
    this.#tally.resume(state);
    this.#authority.resumeGrants(state.grants);
  }

  *#allTables(): IterableIterator<OverlayTable> {
    for (const tables of this.#tables.values()) yield* tables.values();
  }
}
