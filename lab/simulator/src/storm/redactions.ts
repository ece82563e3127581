// Redactions in storms (C22): operators order payloads of old commands out of the log, amid the trouble and once more
// when it is over. Every sound node takes away exactly these as soon as a certified snapshot covers them, although it is
// killed amid that, and no other ever loses its payload.

import { hex } from "@juno/base";
import { isRedactable, parseCommandBody, type Redaction, redactionsIn, SYSTEM } from "@juno/ledger";
import { type Entry, isRedacted, redactedParts } from "@juno/proof";
import { sha256 } from "../crypto.ts";
import { EPOCH_MS } from "../world/virtual-clock.ts";
import type { World } from "../world/world.ts";
import type { WorldNode } from "../world/world-node.ts";
import type { Manner, Order } from "./customers.ts";

const COMMANDS_MAX = 6;
const EXPIRES_IN_MS = 3_600_000;

/** The newest index that a node has a certified snapshot of, 0 if there is none. */
function coveredBy({ snapshots }: WorldNode): number {
  return snapshots.all.findLast(({ certificate }) => certificate !== undefined)?.index ?? 0;
}

const commandIn = (world: World, { body }: Entry) => {
  const parsed = parseCommandBody(world.bank.ledger, body);
  return parsed.ok ? parsed.value : undefined;
};

/** Where payloads were ordered out already. */
const orderedIn = (world: World): ReadonlyMap<number, Redaction> =>
  new Map([...redactionsIn(world.chronicle.state.view)].map((order) => [order.index, order]));

/** Some of these command entries, one of them under another's id. */
function draw({ prng }: World, entries: readonly Entry[]): { readonly index: number; readonly id: string }[] {
  if (entries.length === 0) return [];
  const picks = Math.min(COMMANDS_MAX, entries.length);
  const chosen = new Set(Array.from({ length: picks }, () => prng.pick(entries)));
  const idOf = ({ body }: Entry): string => {
    const parts = redactedParts(sha256, body);
    return parts.ok ? hex(parts.value.id) : "";
  };
  const named = [...chosen].map((entry) => ({ index: Number(entry.index), id: idOf(entry) }));
  const [first, second] = named;
  return second === undefined ? named : [{ ...first!, id: second.id }, ...named.slice(1)];
}

/** Amid the trouble, if there is anything: of payments alone, for what becomes of these the judge of the history knows. */
export function drawRedaction(
  world: World,
  { manner, to }: { readonly manner: Manner; readonly to: readonly number[] },
): Order[] {
  const ordered = orderedIn(world);
  const payments = world.chronicle.state.outcomes
    .map(({ entry }) => entry)
    .filter((entry) => entry.kind === "command" && !ordered.has(entry.index))
    .filter((entry) => isRedactable(commandIn(world, entry)));
  const commands = draw(world, payments);
  if (commands.length === 0) return [];
  world.tally.add("client: redaction amid the trouble");
  return [{ by: "treasury", calls: [{ kind: "redact", commands }], manner, to, count: 1 }];
}

/** Entries that deployed a module as it is now: they may not be named. */
function deployedAt({ chronicle }: World): ReadonlySet<number> {
  const rows = chronicle.state.view.rows({ module: SYSTEM.module, table: "modules", limit: 1_000 });
  return new Set(rows.map(({ value }) => (JSON.parse(new TextDecoder().decode(value)) as { at: number }).at));
}

/** Payments, deployments of earlier versions, what failed: whatever may be named, and every node has covered. */
function choices(world: World): Entry[] {
  const covered = Math.min(...world.sound.map(coveredBy));
  const [ordered, deployed] = [orderedIn(world), deployedAt(world)];
  const isOrder = (entry: Entry) => commandIn(world, entry)?.actions.some(({ kind }) => kind === "redact");
  return world.chronicle.state.outcomes
    .map(({ entry }) => entry)
    .filter(({ kind, index }) => kind === "command" && index <= covered)
    .filter((entry) => !ordered.has(entry.index) && !deployed.has(entry.index) && !isOrder(entry));
}

/** False if it was not done in time. */
export async function redactAfterwards(world: World, withinMs: number): Promise<boolean> {
  const commands = draw(world, choices(world));
  if (commands.length > 0 && !(await order(world, commands, withinMs))) return false;
  return world.run(withinMs, () => world.sound.every((node) => leftBy(world, node).length === 0));
}

/** One of the nodes dies over what it is to do then. */
async function order(world: World, commands: ReturnType<typeof draw>, withinMs: number): Promise<boolean> {
  const { bank, tally, prng, sound } = world;
  const signed = bank.redaction({
    ...{ commands, reason: "a storm is over" },
    expiresMs: EPOCH_MS + Math.floor(world.nowMs) + EXPIRES_IN_MS,
    nonce: world.nextNonce(),
  });
  for (const { backend } of sound) backend?.submit([signed]).catch(() => undefined);
  tally.add("client: redaction");
  const victim = prng.pick(sound);
  const moment = prng.pick(["before", "amid", "after"] as const);
  victim.disk.traps.set("redaction", (now) => {
    if (now !== moment) return true;
    victim.disk.traps.clear();
    tally.add(`crash ${moment} a redaction`);
    world.plan(prng.below(2_000), () => victim.start());
    return false;
  });
  const isOrdered = ({ ledger }: WorldNode) => {
    const ordered = new Set([...redactionsIn(ledger.view)].map(({ index }) => index));
    return commands.every(({ index }) => ordered.has(index));
  };
  return world.run(withinMs, () => sound.every(isOrdered));
}

/** Entries whose payload a node should have taken away. */
const leftBy = (world: World, node: WorldNode): Entry[] => {
  const ordered = orderedIn(world);
  const covered = coveredBy(node);
  return node.disk.log.entries.filter((entry) => {
    if (isRedacted(entry) || entry.index > covered || !ordered.has(entry.index)) return false;
    return isToGo(world, entry, ordered.get(entry.index));
  });
};

/** Tells whose payload is missing without an order, or still there in spite of one. */
export function judgeRedactions(world: World): void {
  const { chronicle, checker, sound } = world;
  const ordered = orderedIn(world);
  for (const node of sound) {
    const found = (index: number, what: string) =>
      checker.findings.found("redactions", `node ${node.id}: entry ${index} ${what}`);
    for (const { index } of leftBy(world, node)) found(index, "still has a payload that was redacted");
    for (const { index } of node.disk.log.entries.filter(isRedacted)) {
      const whole = chronicle.outcome(index)?.entry;
      const isCovered = index <= coveredBy(node);
      if (whole === undefined || !isCovered || !isToGo(world, whole, ordered.get(index)))
        found(index, "lost a payload that nobody redacted, or too early");
    }
  }
}

function isToGo(world: World, whole: Entry, order: Redaction | undefined): boolean {
  if (order === undefined) return false;
  const parts = redactedParts(sha256, whole.body);
  return parts.ok && hex(parts.value.id) === order.id && isRedactable(commandIn(world, whole));
}
