// When the claims of nodes are enough (A11, A12). Two are needed here, as with four voters.

import { type ErrorCode, problemOf } from "@juno/api";
import { NodeId } from "@juno/base";
import { describe, expect, it } from "vitest";
import { errorOfProblem, JunoError } from "./juno-error.ts";
import type { PreparedCommand } from "./payload.ts";
import { Submission } from "./submission.ts";

const command = { id: "ab", expiresMs: 0, json: "{}" } as PreparedCommand;
const fresh = () => new Submission(command, 2);

const refuse = (submission: Submission, node: number, code: ErrorCode) => {
  const problem = problemOf(code);
  return submission.isRefused(NodeId(node), errorOfProblem(problem), problem);
};

describe("a command on its way", () => {
  it("is rejected for ever when f+1 different nodes say so (A12)", () => {
    const submission = fresh();
    expect(refuse(submission, 1, "signature_invalid").kind).toBe("open");
    expect(refuse(submission, 1, "signature_invalid").kind).toBe("open");
    expect(refuse(submission, 2, "wrong_network").kind).toBe("open");
    const error = { code: "signature_invalid", outcome: "rejected" };
    expect(refuse(submission, 3, "signature_invalid")).toMatchObject({ kind: "error", error });
  });

  it.each(["client_unknown", "ledger_halted"] as const)(
    "is refused by %s only if no node may have taken it while the ledger stood otherwise (C27, C28)",
    (code) => {
      const [unsent, sent] = [fresh(), fresh()];
      sent.isUnderWay();
      for (const submission of [unsent, sent]) expect(refuse(submission, 1, code).kind).toBe("open");
      const error = { code, outcome: "not_submitted" };
      expect(refuse(unsent, 2, code)).toMatchObject({ kind: "error", error });
      for (const node of [2, 3, 4]) expect(refuse(sent, node, code).kind).toBe("open");
    },
  );

  it("is open however many nodes refuse it for now", () => {
    const submission = fresh();
    for (const node of [1, 2, 3, 4]) expect(refuse(submission, node, "busy").kind).toBe("open");
    expect(submission.giveUp()).toMatchObject({ code: "busy", outcome: "not_submitted" });
  });

  it("has an unknown outcome once a request was lost, whatever is refused later (A11)", () => {
    const submission = fresh();
    submission.isLost(new JunoError("unreachable", "gone"));
    for (const node of [1, 2, 3]) expect(refuse(submission, node, "command_expired").kind).toBe("open");
    expect(submission.giveUp()).toMatchObject({ code: "outcome_unknown", outcome: "unknown" });
  });

  it("has an unknown outcome once a node has said that it is pending, or has failed at it (A11)", () => {
    const [pending, failed] = [fresh(), fresh()];
    pending.isUnderWay();
    refuse(failed, 1, "internal");
    for (const submission of [pending, failed])
      expect(submission.giveUp()).toMatchObject({ outcome: "unknown" });
  });

  it("was not submitted when f+1 nodes find it expired and no request was lost", () => {
    const submission = fresh();
    refuse(submission, 1, "command_expired");
    const error = { code: "command_expired", outcome: "not_submitted" };
    expect(refuse(submission, 2, "command_expired")).toMatchObject({ kind: "error", error });
  });

  it("is over without effect when f+1 nodes say that log time has passed it (A12)", () => {
    const submission = fresh();
    submission.isLost(new JunoError("unreachable", "gone"));
    expect(submission.isExpired(NodeId(1)).kind).toBe("open");
    const error = { code: "command_expired", outcome: "rejected" };
    expect(submission.isExpired(NodeId(2))).toMatchObject({ kind: "error", error });
  });

  it("remembers the shortest time a node asked it to wait", () => {
    const submission = fresh();
    for (const retryAfterMs of [900, 300, 600]) {
      const problem = problemOf("busy", { retryAfterMs });
      submission.isRefused(NodeId(1), errorOfProblem(problem), problem);
    }
    expect(submission.retryAfterMs).toBe(300);
  });
});
