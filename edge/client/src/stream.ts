// Following the log (A17, A19): events of one node after another, each signed by its node, each entry
// hashed onto the one before it. When a node goes away or lies, the next one resumes where it ended.
// What entries did is their receipts' word, attested by one node here; a proof can be asked for.

import {
  checkShape,
  EventReader,
  errorEntry,
  eventStatement,
  type NodeEventJson,
  NodeEventSchema,
  type Problem,
  ProblemSchema,
  parseEntry,
  type ReceivedEvent,
  signatureCheck,
} from "@juno/api";
import { hex, type NodeId, type Sha256, type SignatureCheck } from "@juno/base";
import type { AppliedEntry } from "@juno/proof";
import type { Verdict } from "./client-crypto.ts";
import type { EpochLearner } from "./epoch-learner.ts";
import { errorOfProblem, JunoError, othersMayAnswer } from "./juno-error.ts";
import type { NodeCaller } from "./node-caller.ts";
import type { NodeSet, NodeState } from "./node-set.ts";
import type { SenderStream } from "./sender.ts";

export type ClientEvent =
  | { readonly kind: "entry"; readonly index: number; readonly applied: AppliedEntry; readonly by: NodeId }
  | { readonly kind: "node"; readonly event: NodeEventJson; readonly by: NodeId };

export type StreamOptions = {
  /** The first index; default: what comes next. */
  readonly from?: number;
  /** Stops the stream. */
  readonly signal?: AbortSignal;
  /** Give up after so many failures in a row. Default: never. */
  readonly failuresMax?: number;
};

export type StreamContext = {
  readonly caller: NodeCaller;
  readonly nodes: NodeSet;
  readonly learner: EpochLearner;
  readonly sha256: Sha256;
  readonly verify: (check: SignatureCheck) => Verdict;
};

const OPEN_TIMEOUT_MS = 10_000;
const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 5_000;

/** Where a reader stands: the index that must come next, and the hash it must follow, if it has any. */
type Place = { next: number | undefined; hash: string | undefined };

const lie = (node: NodeState, detail: string): JunoError =>
  new JunoError("bad_reply", `The stream of ${node.url} is not of the contract: ${detail}`);

/** A17, A27 */
async function signerOf(
  { learner, sha256, verify }: StreamContext,
  received: ReceivedEvent,
): Promise<NodeId | undefined> {
  const { electorate, keyOf } = learner.epochs.last;
  const statement = eventStatement({ network: electorate.network, sha256 }, received);
  const found = signatureCheck(received.signature, statement, keyOf);
  return found !== undefined && (await verify(found.check)) ? found.node : undefined;
}

async function checkedEvent(
  context: StreamContext,
  node: NodeState,
  received: ReceivedEvent,
): Promise<ClientEvent | undefined> {
  const { learner, sha256 } = context;
  let by = await signerOf(context, received);
  while (by === undefined && (await learner.learn())) by = await signerOf(context, received);
  if (by === undefined) throw lie(node, "an event is not signed");
  const json = parsed(node, received.data);
  if (received.name === "entry") {
    const entry = parseEntry(sha256, json);
    if (!entry.ok) throw lie(node, entry.error.detail);
    const { index } = entry.value.entry;
    if (index !== received.id) throw lie(node, "an event's id is not its entry's index");
    return { kind: "entry", index, applied: entry.value, by };
  }
  if (received.name !== "node") return undefined;
  const event = checkShape(NodeEventSchema, json);
  if (!event.ok) throw lie(node, event.error.detail);
  return { kind: "node", event: event.value, by };
}

function parsed(node: NodeState, data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw lie(node, "an event is not JSON");
  }
}

/** A19: the next entry is the one that follows; anything else is a lie or a fork. */
function advance(place: Place, node: NodeState, event: ClientEvent): void {
  if (event.kind !== "entry") return;
  const { entry, previousHash } = event.applied;
  const isNext = place.next === undefined || event.index === place.next;
  const isLinked = place.hash === undefined || hex(previousHash) === place.hash;
  if (!isNext || !isLinked) throw lie(node, "an entry does not follow the one before");
  place.next = event.index + 1;
  place.hash = hex(entry.hash);
}

async function openAt(context: StreamContext, node: NodeState, place: Place): Promise<SenderStream> {
  const { next } = place;
  // A44: not by Last-Event-ID, which no signature covers.
  const query = next === undefined ? "" : `?from=${next}`;
  const call = { method: "GET", path: `/stream${query}`, timeoutMs: OPEN_TIMEOUT_MS } as const;
  const stream = await context.caller.open(node, call);
  if (stream.status === 200) return stream;
  if (stream.status === errorEntry("pruned").status) {
    stream.close();
    throw new JunoError("pruned", `${node.url} has pruned what comes next, entry ${next}.`);
  }
  throw await refusalOf(node, stream);
}

const REFUSAL_BYTES_MAX = 16 * 1024;
const REFUSAL_MS_MAX = 2_000;

/** In the node's words, if it finds them in time. */
async function refusalOf(node: NodeState, stream: SenderStream): Promise<JunoError> {
  const timer = setTimeout(() => stream.close(), REFUSAL_MS_MAX);
  let text = "";
  try {
    const decoder = new TextDecoder();
    for await (const chunk of stream.chunks) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > REFUSAL_BYTES_MAX) break;
    }
    const problem = checkShape(ProblemSchema, JSON.parse(text));
    if (problem.ok) return errorOfProblem(problem.value as Problem);
  } catch {
    // It is cut off, or no problem document.
  } finally {
    clearTimeout(timer);
    stream.close();
  }
  return new JunoError("unreachable", `${node.url} refuses the stream with ${stream.status}.`);
}

async function* eventsOf(node: NodeState, stream: SenderStream): AsyncGenerator<ReceivedEvent> {
  const decoder = new TextDecoder();
  const reader = new EventReader();
  for await (const chunk of stream.chunks) {
    const events = reader.read(decoder.decode(chunk, { stream: true }));
    if (events === undefined) throw lie(node, "an event is too long");
    yield* events;
  }
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });

export async function* followStream(
  context: StreamContext,
  options: StreamOptions,
): AsyncGenerator<ClientEvent, void, undefined> {
  const { from, signal, failuresMax = Number.POSITIVE_INFINITY } = options;
  const place: Place = { next: from === undefined ? undefined : Math.max(1, from), hash: undefined };
  const isStopped = (): boolean => signal?.aborted === true;
  let failures = 0;
  let lastUrl: string | undefined;
  /** Nodes that were asked for what comes next, and what one of them said that has pruned it, or does not show it to this reader. */
  const asked = new Set<string>();
  let told: JunoError | undefined;
  while (!isStopped()) {
    const node = context.nodes.pick(new Set(lastUrl === undefined ? asked : [...asked, lastUrl]));
    lastUrl = node.url;
    asked.add(lastUrl);
    let stream: SenderStream | undefined;
    const stop = () => stream?.close();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      stream = await openAt(context, node, place);
      for await (const received of eventsOf(node, stream)) {
        const event = await checkedEvent(context, node, received);
        if (event === undefined) continue;
        advance(place, node, event);
        failures = 0;
        asked.clear();
        told = undefined;
        yield event;
      }
      failures += 1;
    } catch (error) {
      failures += 1;
      if (error instanceof JunoError && othersMayAnswer(error)) told = error;
      if (!isStopped() && failures > failuresMax) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      stream?.close();
    }
    if (failures > failuresMax) throw new JunoError("unreachable", "The stream has ended.");
    if (asked.size >= context.nodes.size) {
      // A21, A41: whoever still had it was asked, and nobody hands it out.
      if (told !== undefined && !isStopped()) throw told;
      asked.clear();
    }
    if (!isStopped()) {
      await pause(Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(failures, 10)), signal);
    }
  }
}
