// What a liar can put on the wire with its own key and what it has overheard, in the words of the
// scenario files. Nothing here needs another node's key; that is the point.

import { Epoch, Hash, LogIndex, NodeId, Term, Writer } from "@juno/base";
import {
  describeEntry,
  encodeAppendAttachment,
  encodeRequestVoteBody,
  type Frame,
  writeProofs,
} from "@juno/consensus";
import {
  type Certificate,
  type Entry,
  encodeAck,
  encodeAppendBody,
  encodeCertificate,
  encodeEvidence,
  encodePreVote,
  encodeTermCertificate,
  encodeVote,
  FIRST_EPOCH,
  genesisCertificate,
  networkStart,
  type Point,
  type Position,
  type SignedStatement,
  type TermCertificate,
} from "@juno/proof";

import { bulkFrame, signedFrame } from "../byzantine/liar.ts";
import { type Cluster, EPOCH_MS } from "../cluster.ts";
import { makeCommand } from "../commands.ts";
import { sha256 } from "../crypto.ts";
import type { SimulatedNode } from "../node.ts";
import { mistake, readNumber, readSpan, split } from "./words.ts";

/** A hash that nothing has. */
const MADE_UP = sha256(new Uint8Array([0xbad & 0xff]));

export class Forger {
  readonly #cluster: Cluster;
  readonly #node: SimulatedNode;
  /** Whose name the statement bears. */
  readonly #name: NodeId;

  constructor(cluster: Cluster, node: SimulatedNode, name: NodeId) {
    this.#cluster = cluster;
    this.#node = node;
    this.#name = name;
  }

  get #identity() {
    return { epoch: Epoch(0), from: this.#name };
  }

  /** The frame that a forge command describes. */
  make(what: string, words: readonly string[]): Frame {
    switch (what) {
      case "prevote":
        return this.#preVote(words);
      case "ack":
        return this.#ack(words);
      case "vote":
        return this.#vote(words);
      case "request-vote":
        return this.#requestVote(words);
      case "quorum":
      case "election":
        return this.#show({ certificate: this.#certificate(what, words) });
      case "licence":
        return this.#show({ termCertificate: this.#licence(words) });
      case "append":
        return this.#append(words).frame;
      case "evidence":
        return this.#evidence(words);
      default:
        return mistake(`${what} cannot be forged`);
    }
  }

  #signed(kind: Frame["kind"], body: Uint8Array, attachment?: Uint8Array): Frame {
    return signedFrame(this.#node, attachment === undefined ? { kind, body } : { kind, body, attachment });
  }

  #show(proofs: { certificate?: Certificate; termCertificate?: TermCertificate }): Frame {
    return bulkFrame(this.#node, "proofs", (w) =>
      writeProofs(w, {
        termCertificate: proofs.termCertificate,
        certificate: proofs.certificate,
        commitProof: undefined,
      }),
    );
  }

  /** `5`: the liar's own entry 5; `5!`: entry 5 with a made-up hash; `2/5`: what was acked in term 2. */
  #point(word: string | undefined): Point {
    const match = /^(?:(\d+)\/)?(\d+)(!?)$/.exec(word ?? "") ?? mistake(`${word} is no point`);
    const [, term, digits, isMadeUp] = match;
    const index = LogIndex(Number(digits));
    if (index === 0) return { index, hash: this.#cluster.network };
    const overheard = term === undefined ? undefined : this.#cluster.notebook.stored(Number(term), index);
    const own = this.#node.disk.entries[index - 1]?.hash;
    return { index, hash: (isMadeUp ? undefined : (overheard?.position.hash ?? own)) ?? MADE_UP };
  }

  #position(word: string | undefined): Position {
    const term = /^(\d+)\//.exec(word ?? "")?.[1] ?? "0";
    return { term: Term(Number(term)), ...this.#point(word) };
  }

  #preVote(words: readonly string[]): Frame {
    const { term, certified = ["0"] } = split(words, ["term", "certified"]);
    const body = {
      ...this.#identity,
      term: Term(readNumber(term?.[0])),
      entered: false,
      certified: this.#position(certified[0]),
    };
    return this.#signed("prevote", encodePreVote(body), NOTHING_ATTACHED);
  }

  #ack(words: readonly string[]): Frame {
    const parts = split(words, ["term", "stored", "certified", "applied"]);
    const applied = this.#point(parts.applied?.[0] ?? "0");
    const body = {
      ...this.#identity,
      term: Term(readNumber(parts.term?.[0])),
      stored: this.#point(parts.stored?.[0]),
      certified: this.#point(parts.certified?.[0] ?? "0"),
      applied: { index: applied.index, root: applied.hash },
    };
    return this.#signed("ack", encodeAck(body), NOTHING_ATTACHED);
  }

  #vote(words: readonly string[]): Frame {
    const { term, base } = split(words, ["term", "base"]);
    const body = { ...this.#identity, term: Term(readNumber(term?.[0])), base: this.#position(base?.[0]) };
    return this.#signed("vote", encodeVote(body), NOTHING_ATTACHED);
  }

  /** `term 2 base 1/3 [proof 1/2] [licence 1]`: by itself with the proof and licence that belong to it. */
  #requestVote(words: readonly string[]): Frame {
    const parts = split(words, ["term", "base", "licence", "proof"]);
    const term = Term(readNumber(parts.term?.[0]));
    const base = this.#position(parts.base?.[0]);
    const proved = parts.proof === undefined ? base : this.#position(parts.proof[0]);
    const licence = this.#cluster.notebook.licence(readNumber(parts.licence?.[0] ?? String(term)));
    const body = encodeRequestVoteBody({ ...this.#identity, term, base });
    return this.#signed("request-vote", body, requestVoteProofs(this.#proofOf(proved), licence));
  }

  #proofOf(base: Position): Certificate {
    const { notebook, network } = this.#cluster;
    if (base.index === 0) return genesisCertificate(networkStart(network));
    const known = [notebook.election(base.term), ...notebook.quorums(), ...notebook.certificates];
    const found = known.find((c) => c?.position.term === base.term && c.position.index === base.index);
    return found ?? mistake(`nobody has proved ${base.term}/${base.index}`);
  }

  /** `1/3 by 2 3 4`, `1/3 by 2 3 4@2`: a signer's statement may be of another term. */
  #certificate(what: "quorum" | "election", words: readonly string[]): Certificate {
    const { head, by = [] } = split(words, ["by"]);
    const position = this.#position(head[0]);
    const statements = by.map((word) => {
      const [signer, term = String(position.term)] = word.split("@");
      const found = this.#statement(what, { signer: readNumber(signer), term: readNumber(term), position });
      return found ?? mistake(`${signer} said nothing of the kind in term ${term}`);
    });
    return { kind: what, epoch: FIRST_EPOCH, position, statements };
  }

  #statement(
    what: "quorum" | "election",
    wanted: { signer: number; term: number; position: Position },
  ): SignedStatement | undefined {
    const { notebook } = this.#cluster;
    const { signer, term, position } = wanted;
    if (what === "election") {
      const piles = notebook.votesFor(term).map(({ statements }) => statements.get(NodeId(signer)));
      return piles.find((statement) => statement !== undefined);
    }
    const ofIndex = notebook.stored(term, position.index)?.statements.get(NodeId(signer));
    return (
      ofIndex ?? notebook.acks.findLast((a) => a.body.from === signer && a.body.term === term)?.statement
    );
  }

  #licence(words: readonly string[]): TermCertificate {
    const { term, by = [] } = split(words, ["term", "by"]);
    const number = readNumber(term?.[0]);
    const statements = by.map((word) => {
      const [signer, ofTerm = String(number)] = word.split("@");
      const found = this.#cluster.notebook.preVotes(readNumber(ofTerm)).get(NodeId(readNumber(signer)));
      return found ?? mistake(`${signer} never asked for term ${ofTerm}`);
    });
    return { term: Term(number), statements };
  }

  /** `after 3: x y`, `after 3: x@+1h`, `x!` with a forged signature, `election`, `config`; `of term 1`. */
  #append(words: readonly string[]): { frame: Frame; entries: readonly Entry[] } {
    const parts = split(words, ["after", "add", "term"]);
    const { state, context } = this.#node;
    const term = Term(parts.term === undefined ? state!.currentTerm : readNumber(parts.term[0]));
    const previous = this.#point(parts.after?.[0]);
    let time = this.#node.disk.entries[previous.index - 1]?.time ?? 0;
    let at: Point = previous;
    const entries: Entry[] = [];
    for (const word of (parts.add ?? []).flatMap(several)) {
      const [name, shift] = word.split("@");
      time = Math.max(time, this.#cluster.now(this.#node).wallMs);
      if (shift !== undefined) time = this.#cluster.now(this.#node).wallMs + readSpan(shift);
      const content = this.#content(name!);
      const bare = { epoch: Epoch(0), index: LogIndex(at.index + 1), term, time, ...content };
      const entry = describeEntry(context, Hash(at.hash), bare);
      if (!entry.ok) return mistake(entry.error.detail);
      entries.push(entry.value);
      at = entry.value;
    }
    const last = { index: at.index, hash: at.hash };
    const body = encodeAppendBody({ ...this.#identity, term, previous, last });
    const frame = this.#signed("append-entries", body, encodeAppendAttachment(entries, undefined));
    return { frame, entries };
  }

  /** Two of the liar's own statements: `after 1 add x | after 1 add y`. */
  #evidence(words: readonly string[]): Frame {
    const bar = words.indexOf("|");
    const [first, second] = [words.slice(0, bar), words.slice(bar + 1)].map((half) => {
      const { frame, entries } = this.#append(half);
      return { body: frame.body, signature: frame.signature, headers: entries };
    });
    return bulkFrame(this.#node, "evidence", (w) =>
      w.raw(encodeEvidence({ kind: "equivocation", first: first!, second: second! })),
    );
  }

  #content(name: string): Pick<Entry, "kind" | "body"> {
    if (name === "config") return { kind: "config", body: new Uint8Array([1]) };
    if (name === "election") {
      const certificate = this.#cluster.notebook.election(this.#node.state!.currentTerm);
      return {
        kind: "election",
        body: encodeCertificate(certificate ?? mistake("no election was heard of")),
      };
    }
    const body = makeCommand(this.#cluster.network, {
      name: name.replace("!", ""),
      client: "ann",
      expiresMs: EPOCH_MS + 12 * 3_600_000,
      forged: name.endsWith("!"),
    });
    return { kind: "command", body };
  }
}

/** An optional certificate that is not there. */
const NOTHING_ATTACHED = new Uint8Array([0]);

function requestVoteProofs(certificate: Certificate, licence: TermCertificate | undefined): Uint8Array {
  const writer = new Writer();
  writer.raw(encodeCertificate(certificate));
  return writer.raw(encodeLicence(licence)).finish();
}

function encodeLicence(licence: TermCertificate | undefined): Uint8Array {
  return encodeTermCertificate(licence ?? { term: Term(0), statements: [] });
}

/** `70` stands for seventy commands. */
const several = (word: string): string[] =>
  /^\d+$/.test(word) ? Array.from({ length: Number(word) }, (_, i) => `forged-${i + 1}`) : [word];
