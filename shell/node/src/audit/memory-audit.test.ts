// The invariants of protocol section 3, each broken once in a memory that is sound otherwise.

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import {
  type Certificate,
  Epochs,
  encodeCertificate,
  FIRST_EPOCH,
  firstEpoch,
  genesisCertificate,
  keyPolicy,
  networkStart,
} from "@juno/proof";
import { describe, expect, it } from "vitest";
import type { Meta } from "../store/log/meta.ts";
import { LOG_FORMAT } from "../store/log/schema.ts";
import { baseKey } from "./log-walk.ts";
import { foreignProblem, type LogFacts, memoryProblems } from "./memory-audit.ts";

const hashAt = (index: number): Hash => Hash(new Uint8Array(32).fill(index));
const point = (index: number) => ({ index: LogIndex(index), hash: hashAt(index) });
const network = hashAt(0);

/** Terms 1 (entries 1–4) and 3 (entries 5–9). */
const log: LogFacts = {
  hashAt: (index) => (index <= 9 ? hashAt(index) : undefined),
  termAt: (index) => (index <= 9 ? { epoch: FIRST_EPOCH, term: Term(index < 5 ? 1 : 3) } : undefined),
  bases: new Map([
    [baseKey(FIRST_EPOCH, Term(1)), point(0)],
    [baseKey(FIRST_EPOCH, Term(3)), point(4)],
  ]),
  lastIndex: LogIndex(9),
  kept: () => undefined,
};

const certificate = (kind: Certificate["kind"], term: number, index: number): Uint8Array =>
  encodeCertificate({
    kind,
    epoch: FIRST_EPOCH,
    position: { term: Term(term), ...point(index) },
    statements: [],
  });

const sound: Meta = {
  format: LOG_FORMAT,
  network,
  node: NodeId(2),
  epoch: Epoch(0),
  term: Term(3),
  vote: { term: Term(1), ...point(4) },
  certified: certificate("quorum", 3, 8),
  base: point(4),
  committed: point(7),
  mode: "normal",
  reason: "",
};

const voters = [1, 2, 3, 4].map((id) => ({
  ...{ id: NodeId(id), signKey: hashAt(id), transportKey: hashAt(10 + id) },
}));
const policies = { admin: keyPolicy("00".repeat(32)), operator: keyPolicy("01".repeat(32)) };
const epochs = new Epochs(firstEpoch({ network, voters, policies } as never));

const problems = (change: Partial<Meta>, facts: Partial<LogFacts> = {}) =>
  memoryProblems({ ...sound, ...change }, { ...log, ...facts });

describe("a memory", () => {
  it("that contradicts nothing is accepted", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ vote: undefined })).toEqual([]);
    expect(problems({ mode: "halted", reason: "two certificates of one term conflict" })).toEqual([]);
    expect(problems({ mode: "normal", reason: "made anew and confirmed" })).toEqual([]);
  });

  it("of a node that never voted is accepted", () => {
    const genesis = encodeCertificate(genesisCertificate(networkStart(network)));
    const fresh = { term: Term(0), vote: undefined, certified: genesis, base: point(0), committed: point(0) };
    expect(problems(fresh, { lastIndex: LogIndex(0), bases: new Map() })).toEqual([]);
  });

  it("of a node that caught up over a long way may have a higher base", () => {
    expect(problems({ base: point(6) })).toEqual([]);
  });

  it("of a node that waits in a term needs the certificate by which it came there", () => {
    const waiting = { term: Term(4), vote: { term: Term(3), ...point(8) } };
    expect(problems(waiting)).toEqual([expect.stringContaining("entered term 4 is missing")]);
    expect(problems(waiting, { kept: () => new Uint8Array(1) })).toEqual([]);
  });

  it("of a node that has just elected needs the election certificate", () => {
    const certified = certificate("election", 5, 9);
    const elected = { term: Term(5), certified, base: point(9), vote: { term: Term(3), ...point(9) } };
    expect(problems({ ...elected, base: point(8) }, { kept: () => certified })).toEqual([
      expect.stringContaining("base"),
    ]);
    expect(
      problems(elected, { kept: (kind) => (kind === "election-certificate" ? certified : undefined) }),
    ).toEqual([]);
    expect(problems(elected)).toEqual([expect.stringContaining("not kept")]);
    const other = certificate("election", 5, 8);
    expect(problems(elected, { kept: () => other })).toEqual([expect.stringContaining("not kept")]);
  });
});

describe("a memory is refused", () => {
  for (const [why, change, problem] of [
    ["its commit is not in the log", { committed: { ...point(7), hash: hashAt(6) } }, "committed entry 7"],
    ["its commit is beyond the log", { committed: point(10) }, "committed entry 10"],
    ["its certificate is of another log", { certified: certificate("quorum", 3, 10) }, "certified entry 10"],
    ["its certificate cannot be read", { certified: new Uint8Array(3) }, "cannot be read"],
    ["it is certified in a later term", { term: Term(2), vote: undefined }, "not reached"],
    ["more is committed than certified", { committed: point(9) }, "more than is certified"],
    [
      "its suffix is of another term",
      { certified: certificate("quorum", 1, 8), base: point(0) },
      "not of its term",
    ],
    ["its base is below its term", { base: point(3) }, "base"],
    ["its base is not certified", { base: point(9) }, "base"],
    ["its base has another hash", { base: { ...point(4), hash: hashAt(3) } }, "base"],
    ["S10: its vote is for a base of its own term", { vote: { term: Term(3), ...point(8) } }, "lower term"],
    ["its mode has no reason", { mode: "halted" }, "reason"],
  ] as const) {
    it(`if ${why}`, () => {
      expect(problems(change)).toContainEqual(expect.stringContaining(problem));
    });
  }

  it("S2: if it voted below its certified position while it waited", () => {
    const waiting = { term: Term(4), vote: { term: Term(3), ...point(7) } };
    expect(problems(waiting, { kept: () => new Uint8Array(1) })).toEqual([expect.stringContaining("below")]);
  });
});

describe("a memory is told apart from", () => {
  const foreign = (change: Partial<Meta>, nodeId?: NodeId) =>
    foreignProblem({ ...sound, ...change }, { network, epochs, nodeId });

  it("none of its own", () => {
    expect(foreign({})).toBeUndefined();
    expect(foreign({}, NodeId(2))).toBeUndefined();
  });

  it("another format, network, node, and from a stranger's", () => {
    expect(foreign({ format: LOG_FORMAT + 1 })).toContain(`format ${LOG_FORMAT + 1}`);
    expect(foreign({ network: hashAt(1) })).toContain("network");
    expect(foreign({}, NodeId(3))).toContain("node 2, not to node 3");
    expect(foreign({ node: NodeId(9) })).toContain("no voter");
  });

  it("that of a node which waits to be admitted, and has signed nothing that counts", () => {
    const certified = encodeCertificate(genesisCertificate(networkStart(network)));
    const waiting = { node: NodeId(9), term: Term(0), vote: undefined, certified, base: point(0) };
    expect(foreign(waiting)).toBeUndefined();
    expect(problems(waiting, { epochs })).toEqual([]);
    expect(foreign({ ...waiting, vote: sound.vote })).toContain("no voter");
    expect(problems({ ...waiting, node: NodeId(2) }, { epochs })).toContain(
      "It has committed more than is certified.",
    );
  });
});
