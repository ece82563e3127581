// What else must hold, each switched off: durable before sent, reads, exactly once, conservation, determinism, and what is
// promised of contracts.

import { CONSENSUS, type Mutant } from "./mutant.ts";

export const PROPERTIES: readonly Mutant[] = [
  {
    name: "barrier",
    what: "what rests on a write is sent before it is durable",
    patches: [
      {
        file: "shell/runtime/src/performer.ts",
        find: "const free = first === -1 ? this.#queue : this.#queue.slice(0, first);",
        put: 'const free = this.#queue.filter((effect) => effect.kind !== "persist");',
      },
      {
        file: "shell/runtime/src/performer.ts",
        find: "const rest = first === -1 ? [] : this.#queue.slice(first);",
        put: 'const rest = this.#queue.filter((effect) => effect.kind === "persist");',
      },
    ],
  },
  {
    name: "reads",
    what: "a linearizable read is answered without asking anybody",
    patches: [
      {
        file: "shell/runtime/src/node-backend.ts",
        find: "const index = await this.#replica.readIndex();",
        put: "const index = this.#replica.state.applied.index;",
      },
    ],
  },
  {
    name: "once",
    what: "a command that stands in the log is taken again",
    patches: [
      {
        file: `${CONSENSUS}append.ts`,
        find: "return turn.state.loggedIds.has(id) || turn.context.admission.isApplied(id);",
        put: "return false;",
      },
      {
        file: "core/ledger/src/apply.ts",
        find: "const earlier = view.spent(id);",
        put: "const earlier = view.spent(id) && undefined;",
      },
    ],
  },
  {
    name: "money",
    what: "a coin that is split keeps what it gives away",
    patches: [
      {
        file: "core/hopper/src/builtins/coin.ts",
        find: "const rest = within(subtract(whole, part), scope);",
        put: "const rest = whole;",
      },
    ],
  },
  {
    name: "undo",
    what: "what a call has changed stays, although it failed",
    patches: [
      {
        file: "core/ledger/src/execution.ts",
        find: "  throw abortOf(outcome.failure,",
        put: "  rows.absorb?.(effects.changes());\n  throw abortOf(outcome.failure,",
      },
    ],
  },
  {
    name: "policy",
    what: "anybody may upgrade a module",
    patches: [
      {
        file: "core/ledger/src/deploy.ts",
        find: "if (this.#holds(resolved, upgrade)) return;",
        put: "return;",
      },
    ],
  },
  {
    name: "pinned",
    what: "a call runs, whichever version it means",
    patches: [
      {
        file: "core/ledger/src/run.ts",
        find: "if (version !== undefined && version !== module.version) {",
        put: "if (false) {",
      },
    ],
  },
  {
    name: "code",
    what: "after an upgrade the code of before runs on",
    patches: [
      {
        file: "core/ledger/src/module-compiler.ts",
        find: "const key = imported.length === 0 ? own : hex(sha256(utf8(text)));",
        put: "const key = [module.name, ...imported.map((one) => one.key)].join();",
      },
    ],
  },
  {
    name: "state",
    what: "the same entry has another outcome now and then",
    patches: [
      {
        file: "core/ledger/src/apply.ts",
        find: "  const { status, gas, actions, changes, known } = runActions",
        put: "  context.applied = (context.applied ?? 0) + 1;\n  const { status, gas: used, actions, changes, known } = runActions",
      },
      {
        file: "core/ledger/src/apply.ts",
        find: "const receipt = { index: place.index, id: idHex, status, gas, actions };",
        put: "const receipt = { index: place.index, id: idHex, status, gas: used + (context.applied % 701 === 0 ? 1 : 0), actions };",
      },
    ],
  },
  {
    name: "reads2",
    what: "a linearizable read is answered when its position is certified",
    patches: [
      {
        file: `${CONSENSUS}on/read.ts`,
        find: "  const reached = committedRank(state);",
        put: "  const reached = state.certified.position;",
      },
    ],
  },
  {
    name: "ids",
    what: "a restart forgets which commands are used",
    patches: [{ file: "shell/runtime/src/boot.ts", find: "  admission.restore(ids);\n", put: "" }],
  },
  {
    name: "proofs",
    what: "the proof of a commit lacks a header",
    patches: [
      {
        file: `${CONSENSUS}commit.ts`,
        find: "from: LogIndex(index + 1), to: top",
        put: "from: LogIndex(index + 2), to: top",
      },
    ],
  },
  {
    name: "names",
    what: "a statement counts for the voter that its body names",
    patches: [
      {
        file: `${CONSENSUS}checks.ts`,
        find: '  if (decoded.value.from !== frame.from) return refuse("wrong_sender", "the body names another sender");\n',
        put: "",
      },
    ],
    lies: ["impersonate"],
  },
];
