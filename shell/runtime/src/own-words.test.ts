// S15, E52: a voter takes no part before q voters, itself counted, have told what they heard from it. What it does
// not remember ends its speech; nothing that others say or leave out permits or hinders anything beyond that.

import { Epoch, type Hash, LogIndex, NodeId, type Sign, Term } from "@juno/base";
import {
  type Context,
  decodeFrame,
  decodeProbeBody,
  type Message,
  type MessageKind,
  restore,
  type State,
  signBody,
  type Verified,
  type Word,
} from "@juno/consensus";
import { Epochs, encodePreVote, FIRST_EPOCH, firstEpoch } from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { LINKS } from "../test/epoch-suite.ts";
import { context as ledger } from "../test/ledger-fixture.ts";
import { sha256 } from "../test/log-fixture.ts";
import { LedgerAdmission } from "./admission.ts";
import { OwnWords, type OwnWordsMessage } from "./own-words.ts";
import { MemoryLog, MemoryLogStore } from "./ports/memory/memory-log-store.ts";

const { genesis } = ledger;
const electorate = firstEpoch(genesis).electorate;
const network: Hash = electorate.network;
const NONCE = 1_000;
const BEAT_MS = genesis.timing.heartbeatMs;
const sign: Sign = (message) => new Uint8Array([...sha256(message), ...sha256(new Uint8Array(1))]);

const context: Context = {
  ...{
    self: NodeId(1),
    sha256,
    keyring: { signer: () => sign, own: sign },
    admission: new LedgerAdmission(ledger),
  },
  limits: {
    ...genesis.limits,
    batchEntriesMax: 1,
    batchBytesMax: 1,
    pipelineMax: 1,
    readsMax: 1,
    farEntries: 1,
  },
  timing: genesis.timing,
};

/** A report of this voter or another in a term, as the inbox hands it on once it is verified. */
function reportIn(term: number, voter = 1): Word {
  const certified = { term: Term(0), index: LogIndex(0), hash: network };
  const from = NodeId(voter);
  const body = encodePreVote({ epoch: FIRST_EPOCH, from, term: Term(term), entered: true, certified });
  return {
    tag: "prevote",
    statement: { voter: from, body, signature: signBody({ network, sign }, "prevote", body) },
  };
}

const told = (from: number, words: readonly Word[] = [], nonce = NONCE): OwnWordsMessage => {
  const message: Message = { kind: "recollection", epoch: FIRST_EPOCH, from: NodeId(from), nonce, words };
  return message as OwnWordsMessage;
};
const asked = (from: number, nonce = 5): OwnWordsMessage => {
  const body = { epoch: FIRST_EPOCH, from: NodeId(from), nonce };
  return { kind: "recall", epoch: FIRST_EPOCH, from: NodeId(from), body } as Verified<OwnWordsMessage>;
};

describe("a voter that starts", () => {
  let ownWords: OwnWords;
  let state: State;
  let sent: { to: NodeId | "all"; kind: MessageKind }[];
  let settled: number;
  let seated: number;
  let nonce: number;
  let disowned: string[];
  let nowMs: number;
  let wake: (() => void) | undefined;

  const start = async (mode: State["mode"] = "normal", isWithheld = false) => {
    const durable = await new MemoryLogStore(new MemoryLog(network)).load();
    const applied = { index: LogIndex(0), root: network };
    state = restore(
      context,
      { ...durable, mode, isWithheld, currentTerm: Term(3) },
      { epochs: new Epochs(firstEpoch(genesis)), applied, termCertificate: undefined, nonce: 0 },
    );
    [sent, settled, disowned, nowMs, wake] = [[], 0, [], 0, undefined];
    [seated, nonce] = [0, isWithheld ? NONCE + 1 : NONCE];
    ownWords = new OwnWords({
      ...{ context, state, nonce: NONCE },
      clock: {
        monotonicMs: () => nowMs,
        wakeAt: (_atMs, callback) => {
          wake = callback;
        },
      },
      send: (to, bytes) => {
        const frame = decodeFrame(bytes);
        if (!frame.ok) throw new Error(frame.error.detail);
        sent.push({ to, kind: frame.value.kind });
        if (frame.value.kind === "recall")
          expect(decodeProbeBody(frame.value.body)).toMatchObject({ value: { nonce } });
      },
      wake: () => ownWords.remind(),
      settled: () => void settled++,
      disown: (why) => {
        state.mode = "observer";
        state.withheld = undefined;
        disowned.push(why);
      },
      seat: () => {
        state.withheld = undefined;
        seated += 1;
      },
    });
    ownWords.begin();
  };

  beforeEach(() => start());

  it("asks all others, and takes part once q voters with itself have answered", () => {
    expect(sent).toEqual([2, 3, 4].map((to) => ({ to, kind: "recall" })));
    ownWords.onMessage(told(2));
    ownWords.onMessage(told(2));
    expect([settled, ownWords.isSettled, ownWords.lacking, ownWords.silent]).toEqual([0, false, 1, [3, 4]]);
    ownWords.onMessage(told(3, [reportIn(3)]));
    expect([settled, ownWords.isSettled, ownWords.lacking]).toEqual([1, true, 0]);
    ownWords.onMessage(told(4));
    expect([settled, disowned]).toEqual([1, []]);
  });

  it("asks nobody while its operator holds it, and asks when it is released (S19)", () => {
    sent.length = 0;
    state.isHeld = true;
    nowMs = BEAT_MS;
    wake?.();
    expect(sent).toEqual([]);
    state.isHeld = false;
    nowMs += BEAT_MS;
    wake?.();
    expect(sent).toHaveLength(3);
  });

  it("counts no answer to an earlier life, but hears what it says", () => {
    ownWords.onMessage(told(2, [], NONCE - 1));
    ownWords.onMessage(told(3, [], NONCE - 1));
    expect(settled).toBe(0);
    ownWords.onMessage(told(4, [reportIn(4)], NONCE - 1));
    expect(disowned).toEqual([expect.stringContaining("term 4")]);
  });

  it("observes once anybody shows what it does not remember, whatever the others say", () => {
    ownWords.onMessage(told(2, [reportIn(4)]));
    expect([disowned.length, settled]).toEqual([1, 1]);
    ownWords.onMessage(told(3, [reportIn(9)]));
    ownWords.remind();
    expect([disowned.length, settled, sent.length]).toEqual([1, 1, 3]);
  });

  it("minds nobody's words but its own", () => {
    ownWords.onMessage(told(2, [reportIn(9, 2), reportIn(9, 3)]));
    ownWords.onMessage(told(3));
    expect([disowned, settled]).toEqual([[], 1]);
  });

  it("goes on asking those that are silent, also when it takes part, and hears them late", () => {
    nowMs += BEAT_MS;
    wake?.();
    expect(sent).toHaveLength(6);
    ownWords.onMessage(told(2));
    ownWords.onMessage(told(3));
    nowMs += BEAT_MS;
    ownWords.remind();
    expect(sent).toHaveLength(6);
    nowMs += 20 * BEAT_MS;
    ownWords.remind();
    expect(sent.slice(6)).toEqual([{ to: 4, kind: "recall" }]);
    ownWords.onMessage(told(4, [reportIn(4)]));
    expect([disowned.length, settled]).toEqual([1, 1]);
  });

  it.each(["observer", "halted"] as const)("has nothing to ask in mode %s", async (mode) => {
    await start(mode);
    ownWords.onMessage(told(2, [reportIn(9)]));
    expect([sent, settled, disowned]).toEqual([[], 1, []]);
  });

  describe("that enters an epoch in which it may have spoken before", () => {
    beforeEach(() => {
      for (const voter of [2, 3, 4]) ownWords.onMessage(told(voter));
      [sent, nonce] = [[], NONCE + 1];
      state.withheld = sign;
      ownWords.remind();
    });

    it("asks all others anew, and speaks once q voters with itself have answered this question", () => {
      expect(sent).toEqual([2, 3, 4].map((to) => ({ to, kind: "recall" })));
      for (const voter of [2, 3, 4]) ownWords.onMessage(told(voter));
      ownWords.onMessage(told(2, [], nonce));
      expect([seated, ownWords.lacking]).toEqual([0, 1]);
      nowMs += BEAT_MS;
      ownWords.remind();
      expect(sent.slice(3)).toEqual([3, 4].map((to) => ({ to, kind: "recall" })));
      for (const voter of [3, 4]) ownWords.onMessage(told(voter, [], nonce));
      expect([seated, settled, disowned]).toEqual([1, 1, []]);
    });

    it("observes once anybody shows what it has said there, were it no more than it has adopted since (S18)", () => {
      ownWords.onMessage(told(2, [reportIn(3)], nonce));
      for (const voter of [3, 4]) ownWords.onMessage(told(voter, [], nonce));
      expect([seated, disowned]).toEqual([0, [expect.stringContaining("which it has only just entered")]]);
    });

    it("asks so after a restart as before, and holds no answer against what it had adopted (S18)", async () => {
      await start("normal", true);
      expect([state.seat, settled, sent.length]).toEqual([undefined, 1, 3]);
      for (const voter of [2, 3]) ownWords.onMessage(told(voter, [], nonce));
      expect([seated, disowned]).toEqual([1, []]);
      await start("normal", true);
      ownWords.onMessage(told(2, [reportIn(3)], nonce));
      expect([seated, disowned]).toEqual([0, [expect.stringContaining("which it has only just entered")]]);
    });

    it("counts no answer to the question of before while that it has entered is being written", async () => {
      await start();
      for (const voter of [2, 3]) ownWords.onMessage(told(voter));
      state.withheld = sign;
      ownWords.onMessage(told(4));
      expect([settled, seated]).toEqual([1, 0]);
    });

    it("asks so also as an observer that was admitted under a new key", async () => {
      await start("observer");
      state.withheld = sign;
      nonce = NONCE + 1;
      ownWords.remind();
      for (const voter of [2, 3]) ownWords.onMessage(told(voter, [], nonce));
      expect([sent.length, seated]).toEqual([3, 1]);
    });
  });

  it("shows whoever is behind by an epoch how it ended, as long as it takes no part itself (V10)", () => {
    const facts = state.epochs.last;
    const next = { ...facts.electorate, epoch: Epoch(1) };
    state.epochs.add({ ...facts, electorate: next, link: LINKS[0] });
    sent = [];
    ownWords.onMessage(asked(2));
    expect(sent).toEqual(["recollection", "epochs"].map((kind) => ({ to: 2, kind })));
    for (const voter of [2, 3]) ownWords.onMessage(told(voter));
    nowMs += BEAT_MS;
    ownWords.onMessage(asked(2));
    expect(sent.slice(2)).toEqual([{ to: 2, kind: "recollection" }]);
  });

  it("answers whoever asks with the highest that it knows, and not at any rate", () => {
    const statement = reportIn(7, 2);
    state.preVotes.set(NodeId(2), { term: Term(7), statement: statement.statement });
    sent = [];
    for (let i = 0; i < 100; i++) ownWords.onMessage(asked(2, i));
    ownWords.onMessage(asked(3));
    expect(sent).toEqual([
      { to: 2, kind: "recollection" },
      { to: 3, kind: "recollection" },
    ]);
    nowMs += BEAT_MS / 2;
    ownWords.onMessage(asked(2));
    expect(sent).toHaveLength(3);
  });
});
