// What comes to the ledger about the network itself (C24): acts, the commands that bring them, the bodies of config entries.

import { parseEpochsFile, renderEpochsFile } from "@juno/api";
import {
  assert,
  canonicalText,
  Epoch,
  equalBytes,
  Hash,
  type Json,
  LogIndex,
  NodeId,
  parseJson,
  readJson,
  Term,
  utf8,
} from "@juno/base";
import {
  apply,
  type LedgerContext,
  ledgerContext,
  MemoryView,
  parseCommandBody,
  readActivation,
} from "@juno/ledger";
import {
  ACT_BYTES_MAX,
  decodeConfigBody,
  decodeEpochLink,
  type Entry,
  type EpochLink,
  encodeConfigBody,
  encodeEpochLink,
  nodeOrderDocument,
  parseConfigurationAct,
  parseGenesis,
  parseNodeOrder,
  readActHead,
  readRole,
  roleJson,
} from "@juno/proof";
import { sha256 } from "@juno/simulator";
import type { Target } from "./campaign.ts";
import { form, text } from "./form.ts";
import { spoil, spoilText } from "./spoil.ts";
import { bytesOf, commandBody, governanceVectors } from "./vectors.ts";

type Step = Pick<Entry, "kind" | "body"> & { readonly index: number; readonly time: number };

function stepsOf(): readonly Step[] {
  return governanceVectors().entries.map(({ index, time, payload, body }) =>
    payload === undefined
      ? { index, time, kind: "config", body: bytesOf(body!) }
      : { index, time, kind: "command", body: commandBody(payload) },
  );
}

function entryOf({ kind, body, index, time }: Step): Entry {
  const digest = Hash(sha256(body));
  const head = { epoch: Epoch(0), index: LogIndex(index), term: Term(1), time, kind };
  return { ...head, bodyDigest: digest, body, hash: digest };
}

/** Bytes are applied to three states of the history: before it, in its midst, and after it. */
class History {
  readonly context: LedgerContext;
  readonly #states: { readonly place: Pick<Step, "index" | "time">; readonly view: MemoryView }[] = [];

  constructor(steps: readonly Step[]) {
    const genesis = parseGenesis(sha256, utf8(governanceVectors().genesis));
    if (!genesis.ok) throw new Error(genesis.error.detail);
    this.context = ledgerContext({ sha256, genesis: genesis.value });
    const configured = steps.findIndex(({ kind }) => kind === "config");
    for (const at of [0, configured, steps.length - 1]) {
      this.#states.push({ place: steps[at]!, view: this.#after(steps.slice(0, at)) });
    }
  }

  #after(steps: readonly Step[]): MemoryView {
    const view = new MemoryView();
    for (const step of steps) {
      const entry = entryOf(step);
      view.accept(apply(this.context, view, entry), entry);
    }
    return view;
  }

  /** C10: whatever a quorum has committed is applied, twice alike; whether it changed anything anywhere. */
  applies(kind: Entry["kind"], body: Uint8Array): boolean {
    const changed = this.#states.map(({ place: { index, time }, view }) => {
      const entry = entryOf({ kind, body, index, time });
      const [one, other] = [0, 1].map(() => apply(this.context, view, entry));
      assert(equalBytes(one!.receipt, other!.receipt), "one entry has one receipt");
      return one!.changes.length > 0;
    });
    return changed.includes(true);
  }
}

/** Links as somebody shows them who has no signatures: whatever they say is read, and proves nothing. */
function linksWith(bodies: readonly Uint8Array[]): EpochLink[] {
  const hash = Hash(sha256(new Uint8Array()));
  return bodies.map((body, epoch) => ({
    previous: hash,
    entry: { epoch: Epoch(epoch), index: LogIndex(epoch + 1), term: Term(1), time: 1, kind: "config", body },
    proof: { term: Term(1), index: LogIndex(epoch + 1), hash, headers: [], acks: [] },
  }));
}

const NETWORK = new Uint8Array(32);
const epochsFile = (links: readonly EpochLink[]): string => JSON.stringify(renderEpochsFile(NETWORK, links));

/** E57: what is read of a file is what a file would be made of. */
function readEpochsFile(bytes: Uint8Array): boolean {
  const links = parseEpochsFile(NETWORK, bytes);
  if (!links.ok) return false;
  const again = parseEpochsFile(NETWORK, utf8(epochsFile(links.value)));
  assert(again.ok && epochsFile(again.value) === epochsFile(links.value), "one file has one meaning");
  return true;
}

const ACTIVATION = {
  ...{ format: 1, kind: "activate", nonce: "00".repeat(16), expires: 1_000, reason: "a test" },
  content: { at: 9, ledger: 2, language: 1 },
};

/** C38, as a node reads it that is asked whether it is ready. */
function readActivationAct(bytes: Uint8Array): boolean {
  const json = parseJson(bytes, { bytesMax: ACT_BYTES_MAX });
  return json.ok && readJson(json.value, "bad_act", (act) => readActivation(readActHead(act).content)).ok;
}

const ROLES = [
  {
    name: "teller",
    submit: ["demo.accounts"],
    read: ["demo.accounts/accounts", "juno"],
    commandsPerMinute: 2,
  },
  { name: "audit", submit: [], read: "*", gasPerMinute: 1_000_000 },
];

/** C29: what is kept of a role is what it was read as. */
function readRoleText(bytes: Uint8Array): boolean {
  const json = parseJson(bytes, { bytesMax: ACT_BYTES_MAX });
  const roleOf = (value: Json) => readJson(value, "malformed", (field) => readRole(field, new Set()));
  const role = json.ok ? roleOf(json.value) : json;
  if (!role.ok) return false;
  const kept = roleJson(role.value);
  const again = roleOf(kept);
  const isSame = again.ok && canonicalText(roleJson(again.value)) === canonicalText(kept);
  assert(isSame, "a role is kept as it was read");
  return true;
}

/** A32 */
const nodeOrders = (): string[] =>
  (["halt", "resume", "drain"] as const).map((order, at) => {
    const head = { network: Hash(NETWORK), node: NodeId(at + 1) };
    return nodeOrderDocument({ ...head, order, issued: 1_000 * at, reason: "a test" });
  });

export function governanceTargets(): Target[] {
  const steps = stepsOf();
  const history = new History(steps);
  const bodies = (kind: Entry["kind"]) => steps.filter((step) => step.kind === kind).map(({ body }) => body);
  const documents = bodies("config").flatMap((body) => {
    const decoded = decodeConfigBody(body);
    return decoded.ok ? [decoded.value.document] : [];
  });
  const links = linksWith(bodies("config"));
  return [
    form("epoch-link", links.map(encodeEpochLink), { decode: decodeEpochLink, encode: encodeEpochLink }),
    text(
      "role",
      ROLES.map((role) => JSON.stringify(role)),
      readRoleText,
    ),
    text("epochs-file", [epochsFile(links)], readEpochsFile),
    form("config-body", bodies("config"), { decode: decodeConfigBody, encode: encodeConfigBody }),
    {
      ...{ name: "configuration-act", samples: documents, spoil: spoilText },
      read: (bytes) => parseConfigurationAct(sha256, bytes).ok,
    },
    text("node-order", nodeOrders(), (bytes) => {
      const order = parseNodeOrder(bytes);
      if (!order.ok) return false;
      const again = parseNodeOrder(utf8(nodeOrderDocument(order.value)));
      assert(
        again.ok && nodeOrderDocument(again.value) === nodeOrderDocument(order.value),
        "one order says one thing",
      );
      return true;
    }),
    {
      ...{ name: "activation-act", samples: [utf8(JSON.stringify(ACTIVATION))], spoil: spoilText },
      read: readActivationAct,
    },
    {
      ...{ name: "config-entry", samples: bodies("config"), spoil },
      read: (bytes) => history.applies("config", bytes),
    },
    {
      ...{ name: "act-command", samples: bodies("command"), spoil: spoilText },
      read: (bytes) => parseCommandBody(history.context, bytes).ok && history.applies("command", bytes),
    },
  ];
}
