// Redactions in storms (C22): once the trouble is over and all nodes are level, operators order payloads of old commands out of
// the log. Every sound node takes away exactly these, although it is killed amid that, and no other ever loses its payload.

import { hex } from "@juno/base";
import { isRedactable, parseCommandBody, type Redaction, redactionsIn } from "@juno/ledger";
import { type Entry, isRedacted, redactedParts } from "@juno/proof";
import { sha256 } from "../crypto.ts";
import { EPOCH_MS } from "../world/virtual-clock.ts";
import type { World } from "../world/world.ts";
import type { WorldNode } from "../world/world-node.ts";

const COMMANDS_MAX = 6;
const EXPIRES_IN_MS = 3_600_000;

/** The newest index that every sound node has a certified snapshot of. */
function coveredBy(world: World): number {
  const newest = world.sound.map(({ ledger }) => {
    const certified = ledger.snapshots.all.findLast(({ certificate }) => certificate !== undefined);
    return Number(certified?.index ?? 0);
  });
  return Math.min(...newest);
}

/** Command entries to be redacted: payments, deployments, what failed; one of them under another's id. */
function draw(world: World, entries: readonly Entry[]): { readonly index: number; readonly id: string }[] {
  const { prng } = world;
  const commands = entries.filter(({ kind }) => kind === "command");
  const chosen = new Set(
    Array.from({ length: Math.min(COMMANDS_MAX, commands.length) }, () => prng.pick(commands)),
  );
  const idOf = ({ body }: Entry): string => {
    const parts = redactedParts(sha256, body);
    return parts.ok ? hex(parts.value.id) : "";
  };
  const named = [...chosen].map((entry) => ({ index: Number(entry.index), id: idOf(entry) }));
  const [first, second] = named;
  return second === undefined ? named : [{ ...first!, id: second.id }, ...named.slice(1)];
}

/** False if it was not done in time. */
export async function redactAfterwards(world: World, withinMs: number): Promise<boolean> {
  const covered = coveredBy(world);
  const [witness] = world.sound;
  if (witness === undefined || covered === 0) return true;
  const { bank, tally, prng } = world;
  const commands = draw(
    world,
    witness.disk.log.entries.filter(({ index }) => index <= covered),
  );
  if (commands.length === 0) return true;
  const order = bank.redaction({
    ...{ commands, reason: "a storm is over" },
    expiresMs: EPOCH_MS + Math.floor(world.nowMs) + EXPIRES_IN_MS,
    nonce: world.nextNonce(),
  });
  for (const { backend } of world.sound) backend?.submit([order]).catch(() => undefined);
  tally.add("client: redaction");
  const isOrdered = ({ ledger }: WorldNode) => [...redactionsIn(ledger.view)].length > 0;
  const victim = prng.pick(world.sound);
  if (!(await world.run(withinMs, () => isOrdered(victim)))) return false;
  victim.crash();
  victim.start();
  const isDone = ({ replica }: WorldNode) => {
    const { ordered, pending } = replica?.redactor.counts ?? { ordered: 0, pending: 1 };
    return ordered > 0 && pending === 0;
  };
  return world.run(withinMs, () => world.sound.every(isDone));
}

/** Tells whose payload is missing without an order, or still there in spite of one. */
export function judgeRedactions(world: World): void {
  const { chronicle, checker, sound } = world;
  const ordered = new Map([...redactionsIn(chronicle.state.view)].map((order) => [order.index, order]));
  for (const { id, disk } of sound) {
    for (const entry of disk.log.entries) {
      const whole = chronicle.outcome(entry.index)?.entry;
      const isWanted = whole !== undefined && isToGo(world, whole, ordered.get(entry.index));
      if (isRedacted(entry) === isWanted) continue;
      const what = isWanted ? "still has a payload that was redacted" : "lost a payload that nobody redacted";
      checker.findings.found("redactions", `node ${id}: entry ${entry.index} ${what}`);
    }
  }
}

function isToGo(world: World, whole: Entry, order: Redaction | undefined): boolean {
  if (order === undefined) return false;
  const parts = redactedParts(sha256, whole.body);
  const parsed = parseCommandBody(world.bank.ledger, whole.body);
  return parts.ok && hex(parts.value.id) === order.id && isRedactable(parsed.ok ? parsed.value : undefined);
}
