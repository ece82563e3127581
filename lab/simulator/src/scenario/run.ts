// The commands of the scenario files. A block's commands run one after another; then it is told what
// happened meanwhile, and what `show` was asked for.

import { concatBytes, type NodeId, utf8 } from "@juno/base";
import { decodeFrame, encodeFrame, type MessageKind, signBody } from "@juno/consensus";
import { SafetyViolation } from "../checkers/findings.ts";
import { sha256 } from "../crypto.ts";
import { Forger } from "./forge.ts";
import { lieOf } from "./lies.ts";
import { entryName } from "./narration.ts";
import { tellPersistPoints } from "./persist-points.ts";
import { logs, portrait } from "./portrait.ts";
import type { Block } from "./script.ts";
import { Stage } from "./stage.ts";
import { mistake, readKinds, readNode, readNodes, readNumber, readSpan, split } from "./words.ts";

/** A command's words, and those behind its colon. */
type Command = (words: readonly string[], details: readonly string[]) => readonly string[] | undefined;

export class ScenarioRun {
  #stage: Stage | undefined;
  /** The cluster is beyond repair: more liars than the protocol allows have had their way. */
  #violated = false;

  /** Runs a block and tells its outcome. */
  outcomeOf(block: Block): string[] {
    const [first = "", ...rest] = block.commands;
    const each = /^at each write of (\d+)$/.exec(first);
    if (each !== null) return tellPersistPoints(() => new ScenarioRun(), readNode(each[1]), rest);
    const told: string[] = [];
    for (const line of block.commands) {
      const shown = this.perform(line);
      told.push(...(this.#stage?.narration.take() ?? []), ...shown);
    }
    return told.length === 0 ? ["(nothing to tell)"] : told;
  }

  get stage(): Stage {
    return this.#stage ?? mistake("the scenario begins with start");
  }

  perform(line: string): readonly string[] {
    const [front = "", back = ""] = line.split(":");
    const [verb = "", ...words] = front.trim().split(/\s+/);
    const command = this.#commands[verb] ?? mistake(`${verb} is no command: ${line}`);
    return command(words, back.trim().split(/\s+/).filter(Boolean)) ?? [];
  }

  readonly #commands: Readonly<Record<string, Command>> = {
    cluster: ([count]) => {
      this.#stage = new Stage(readNumber(count));
      return undefined;
    },
    start: () => {
      this.#stage ??= new Stage(4);
      this.stage.cluster.startAll();
      return undefined;
    },
    run: ([span]) => this.#run(readSpan(span)),
    submit: (words) => this.#submit(words),
    read: (words) => {
      this.#nodes(words).forEach((id) => {
        this.#node(id).input({ kind: "read", token: id });
      });
      return undefined;
    },
    cut: (words) => {
      const { head, from } = split(words, ["from"]);
      const some = this.#nodes(head);
      this.stage.cut(some, from ? this.#nodes(from) : this.stage.everyone.filter((id) => !some.includes(id)));
      return undefined;
    },
    drop: (words) => {
      this.stage.drop(this.#traffic(words));
      return undefined;
    },
    hold: (words) => {
      this.stage.hold(this.#traffic(words));
      return undefined;
    },
    release: () => {
      this.stage.release();
      return undefined;
    },
    heal: () => {
      this.stage.heal();
      return undefined;
    },
    crash: (words) => this.#crash(words),
    drain: (words) => {
      for (const id of this.#nodes(words)) this.#node(id).input({ kind: "hand-over" });
      return undefined;
    },
    restart: (words) => {
      for (const id of this.#nodes(words)) this.#node(id).start();
      return undefined;
    },
    clock: ([node, span]) => {
      this.#node(readNode(node)).clockOffsetMs += readSpan(span);
      return undefined;
    },
    corrupt: ([what, ...words]) => {
      if (what !== "state") mistake("only a state can be corrupted");
      for (const id of this.#nodes(words)) this.#node(id).outcomeSalt = id;
      return undefined;
    },
    let: (words, details) => this.#let(words, details),
    twins: (words, details) => this.#twins(words, details),
    forge: (words, details) => this.#forge(words, details),
    replay: (words) => this.#replay(words),
    show: (words) => this.#show(words),
    expect: (words) => this.#expect(words),
  };

  #nodes(words: readonly string[]): NodeId[] {
    return readNodes(words, this.stage.everyone);
  }

  #node(id: NodeId) {
    return this.stage.cluster.node(id) ?? mistake(`there is no node ${id}`);
  }

  /** Goes on after a violation: what comes of it is part of the story. */
  #run(spanMs: number): readonly string[] {
    const { cluster } = this.stage;
    const endMs = cluster.nowMs + spanMs;
    try {
      cluster.run(spanMs);
      return [];
    } catch (error) {
      if (!(error instanceof SafetyViolation)) throw error;
      this.#violated = true;
      cluster.run(endMs - cluster.nowMs);
      return [`SAFETY VIOLATED: ${error.message}`];
    }
  }

  #submit(words: readonly string[]): undefined {
    const { head, to = [], of: client = ["ann"] } = split(words, ["to", "of"]);
    const isCount = head.length === 1 && /^\d+$/.test(head[0]!);
    for (const id of this.#nodes(to)) {
      if (isCount)
        for (let i = 0; i < Number(head[0]); i++) this.stage.cluster.submit(id, undefined, client[0]);
      else for (const name of head) this.stage.cluster.submit(id, name, client[0]);
    }
  }

  #traffic(words: readonly string[]) {
    const { head, from = ["all"], to = ["all"] } = split(words, ["from", "to"]);
    return { kinds: readKinds(head[0]), from: this.#nodes(from), to: this.#nodes(to) };
  }

  #crash(words: readonly string[]): undefined {
    const { head, write } = split(
      words.filter((word) => word !== "at"),
      ["write"],
    );
    for (const id of this.#nodes(head)) {
      if (write === undefined) this.#node(id).crash();
      else this.stage.crashAtPersist(id, readNumber(write[0]));
    }
  }

  #let(words: readonly string[], details: readonly string[]): undefined {
    const count = words.findIndex((word) => !/^\d+$/.test(word));
    for (const id of words.slice(0, count)) {
      this.stage.cluster.corrupt(readNumber(id), lieOf(words.slice(count), details));
    }
  }

  /** `twins 2 3: 1 | 4`: each twin has one body beside 1 and another beside 4. */
  #twins(words: readonly string[], details: readonly string[]): undefined {
    const { cluster } = this.stage;
    const bar = details.indexOf("|");
    const left = details.slice(0, bar).map(readNode);
    const right = details.slice(bar + 1).map(readNode);
    for (const word of words) cluster.twin(readNumber(word));
    cluster.sideOf = (id) => (right.includes(id) ? 1 : 0);
    this.stage.cut(left, right);
  }

  /** `forge WHAT from LIAR [as NODE] to NODES: …`. */
  #forge(words: readonly string[], details: readonly string[]): undefined {
    const { cluster } = this.stage;
    const { head, from = [], as: name, to = [] } = split(words, ["from", "as", "to"]);
    const liar = this.#node(readNode(from[0]));
    cluster.liars.add(liar.id);
    const forger = new Forger(cluster, liar, name ? readNode(name[0]) : liar.id);
    const frame = forger.make(head[0] ?? "", details);
    const frames = name ? [frame, { ...frame, from: readNode(name[0]) }] : [frame];
    for (const id of this.#nodes(to).filter((other) => other !== liar.id)) {
      for (const one of frames) this.stage.forge(liar.id, id, encodeFrame(one));
    }
    cluster.notebook.hear(frame);
  }

  /** `replay ack of 1 from 4 to 2 [as vote] [abroad] [truncated | padded | flipped]`. */
  #replay(words: readonly string[]): undefined {
    const { cluster } = this.stage;
    const parts = split(words, ["of", "from", "to", "as", "abroad", ...DAMAGES]);
    const { head, of: author = [], from = [], to = [], as: kind, abroad } = parts;
    const liar = this.#node(readNode(from[0]));
    cluster.liars.add(liar.id);
    const decoded = decodeFrame(this.stage.lastOf(readKinds(head[0])[0]!, readNode(author[0])));
    if (!decoded.ok) return mistake("the frame does not decode");
    let frame = decoded.value;
    if (kind !== undefined) frame = { ...frame, kind: readKinds(kind[0])[0] as MessageKind };
    if (abroad !== undefined) {
      const elsewhere = { network: sha256(utf8("another network")), sign: liar.context.sign };
      frame = { ...frame, signature: signBody(elsewhere, frame.kind, frame.body) };
    }
    const damage = DAMAGES.find((name) => parts[name] !== undefined);
    const bytes = damaged(encodeFrame(frame), damage);
    for (const id of this.#nodes(to)) this.stage.forge(liar.id, id, bytes);
  }

  #show(words: readonly string[]): string[] {
    const ofLogs = words[0] === "logs";
    const rest = ofLogs ? words.slice(1) : words;
    const ids = rest.length === 0 ? this.stage.everyone : this.#nodes(rest);
    return ofLogs ? logs(this.stage.cluster, ids) : portrait(this.stage.cluster, ids);
  }

  /** `expect agreement`, `expect violation`, `expect committed a b [on 1 2]`: each exactly once. */
  #expect(words: readonly string[]): undefined {
    const { head, on } = split(words, ["on"]);
    const [what, ...names] = head;
    if (what === "violation" && !this.#violated) mistake("no property was violated");
    if (what === "agreement" && !this.stage.committedAlike())
      mistake("the nodes have not committed the same");
    if (!["agreement", "violation", "committed"].includes(what ?? "")) mistake(`expect ${what}?`);
    const nodes = on ? this.#nodes(on).map((id) => this.#node(id)) : this.stage.cluster.honest;
    for (const { id, disk, committed } of nodes) {
      const entries = disk.entries.slice(0, committed).map(entryName);
      for (const name of names) {
        const count = entries.filter((found) => found === name).length;
        if (count !== 1) mistake(`node ${id} has committed ${name} ${count} times`);
      }
    }
  }
}

const DAMAGES = ["truncated", "padded", "flipped"] as const;

function damaged(bytes: Uint8Array, damage: (typeof DAMAGES)[number] | undefined): Uint8Array {
  if (damage === "truncated") return bytes.slice(0, -1);
  if (damage === "padded") return concatBytes(bytes, new Uint8Array(1));
  if (damage === undefined) return bytes;
  const middle = bytes.length >> 1;
  return bytes.map((byte, i) => (i === middle ? byte ^ 0x10 : byte));
}
