// Commands: submitting them, asking for their state, handing out proofs. An answer 202 promises
// "verified and relayed" and nothing more; a final state is never taken back (A4, A11).

import {
  type CommandStateJson,
  parseSignedCommand,
  pathOf,
  type RefusedCommandJson,
  renderOutcomeProof,
  type SignedCommandJson,
  WAIT_MS_DEFAULT,
} from "@juno/api";
import { assert, Hash, type Hash as HashType, parseHex } from "@juno/base";
import type { OutcomeProof, SignedCommand } from "@juno/proof";
import type { Backend, CommandState, SubmitAnswer } from "@juno/runtime";
import { type Answer, type Handlers, json, notYet, problem } from "./answer.ts";
import { fastHex } from "./fast-hex.ts";
import { isFinal, isSettled, type OutcomeWaits } from "./outcome-waits.ts";
import type { ReadGuard } from "./read-guard.ts";
import type { Refusals } from "./refusals.ts";

export type CommandContext = {
  readonly backend: Backend;
  readonly waits: OutcomeWaits;
  readonly refusals: Refusals;
  readonly guard: ReadGuard;
};

export const idOfHex = (text: string): HashType => Hash(parseHex(text, 32)!);

const redactedField = (index: number | undefined) => (index === undefined ? {} : { redactedBy: index });

const proofField = (proof: OutcomeProof | undefined) =>
  proof === undefined ? {} : { proof: renderOutcomeProof(proof, fastHex) };

export function renderState(id: string, state: CommandState): CommandStateJson {
  switch (state.kind) {
    case "unknown":
    case "pending":
      return { id, state: state.kind };
    case "applied": {
      const { status, index, redactedBy, proof } = state;
      return { id, state: "applied", status, index, ...redactedField(redactedBy), ...proofField(proof) };
    }
    case "pruned": {
      const { status, index } = state;
      if (status === "expired") return { id, state: "expired", index };
      assert(status !== "duplicate", "a duplicate decides nothing");
      return { id, state: "applied", status, index };
    }
    case "expired": {
      const index = state.index === undefined ? {} : { index: state.index };
      return {
        id,
        state: "expired",
        ...index,
        ...redactedField(state.redactedBy),
        ...proofField(state.proof),
      };
    }
  }
}

function detailOfPruned(index: number, archivedAt: string | undefined): string {
  const detail = `entry ${index}, which decided it, is not here any more`;
  return archivedAt === undefined ? detail : `${detail}; it is archived at ${archivedAt}`;
}

function parseAll(list: readonly SignedCommandJson[]): SignedCommand[] | { readonly detail: string } {
  const commands: SignedCommand[] = [];
  for (const [at, item] of list.entries()) {
    const command = parseSignedCommand(item);
    if (!command.ok) return { detail: `command ${at}: ${command.error.detail}` };
    commands.push(command.value);
  }
  return commands;
}

/** Replaces what is known of accepted commands by what is known after waiting. */
async function waitFor(
  waits: OutcomeWaits,
  answers: readonly SubmitAnswer[],
  timeoutMs: number,
): Promise<SubmitAnswer[]> {
  const accepted = answers.flatMap((answer) => (answer.kind === "accepted" ? [answer] : []));
  const commands = accepted.map(({ id, state }) => ({ id, known: state }));
  const states = (await waits.settle(commands, timeoutMs)).values();
  return answers.map((answer) =>
    answer.kind === "accepted" ? { ...answer, state: states.next().value ?? answer.state } : answer,
  );
}

/** V15: the node has left while it answered: the command is on its way, what became of it is not said. */
const untold = (answer: SubmitAnswer): SubmitAnswer =>
  answer.kind === "accepted" ? { ...answer, state: { kind: "unknown" } } : answer;

function replyToOne(refusals: Refusals, answer: SubmitAnswer, needsProof: boolean): Answer {
  if (answer.kind === "refused") return refusals.answer(answer.refusal);
  const id = fastHex(answer.id);
  const done = needsProof ? isSettled(answer.state) : isFinal(answer.state);
  const state = renderState(id, answer.state);
  return done ? json(200, state) : json(202, state, { location: pathOf("command", { id }) });
}

function replyToMany(refusals: Refusals, answers: readonly SubmitAnswer[], needsProof: boolean): Answer {
  const done = (state: CommandState) => (needsProof ? isSettled(state) : isFinal(state));
  const elements = answers.map((answer): CommandStateJson | RefusedCommandJson => {
    const id = fastHex(answer.id);
    return answer.kind === "accepted"
      ? renderState(id, answer.state)
      : { id, error: refusals.document(answer.refusal) };
  });
  const open = answers.some((answer) => answer.kind === "accepted" && !done(answer.state));
  return json(open ? 202 : 200, elements);
}

export function commandRoutes(context: CommandContext): Pick<Handlers, "submit" | "command" | "receipt"> {
  const { backend, waits, refusals, guard } = context;
  return {
    submit: async ({ query, body }) => {
      const commands = parseAll(Array.isArray(body) ? body : [body]);
      if (!Array.isArray(commands)) return problem("malformed", commands);
      const needsProof = query.wait === "committed";
      const first = await backend.submit(commands);
      const known = needsProof ? await waitFor(waits, first, query.timeout ?? WAIT_MS_DEFAULT) : first;
      const answers = backend.left() === undefined ? known : known.map(untold);
      return Array.isArray(body)
        ? replyToMany(refusals, answers, needsProof)
        : replyToOne(refusals, answers[0]!, needsProof);
    },

    command: async ({ params, query, reader }) => {
      const id = idOfHex(params.id);
      const known = await backend.commandState(id);
      const isAwaited = query.wait === "committed" && backend.left() === undefined;
      const [state] = isAwaited
        ? await waits.settle([{ id, known }], query.timeout ?? WAIT_MS_DEFAULT)
        : [known];
      const barred = await guard.barredFromCommand(reader, state ?? known);
      // It may have left meanwhile.
      const left = backend.left();
      if (left !== undefined) return refusals.answer(left);
      return barred ?? json(200, renderState(params.id, state ?? known));
    },

    receipt: async ({ params, reader }) => {
      const state = await backend.commandState(idOfHex(params.id));
      const barred = await guard.barredFromCommand(reader, state);
      const left = backend.left();
      if (left !== undefined) return refusals.answer(left);
      if (barred !== undefined) return barred;
      switch (state.kind) {
        case "unknown":
          return problem("command_unknown");
        case "pending":
          return notYet(renderState(params.id, state));
        case "pruned":
          return problem("pruned", { detail: detailOfPruned(state.index, backend.archivedAt) });
        case "expired":
          if (state.index === undefined) {
            return problem("command_unknown", {
              detail: "It expired before it entered the log: no receipt.",
            });
          }
          break;
        case "applied":
          break;
      }
      if (state.proof === undefined) return notYet(renderState(params.id, state));
      return json(200, renderOutcomeProof(state.proof, fastHex));
    },
  };
}
