// What stands in the folder of a node that left, for the people who find it (V16).

import type { Departure } from "@juno/runtime";

export type Kept = {
  readonly entries: { readonly from: number; readonly to: number } | undefined;
  readonly hasState: boolean;
};

type About = Departure & {
  readonly node: number;
  readonly network: string;
  /** The node's folder. */
  readonly folder: string;
  readonly name: string;
  readonly time: string;
};

export function readmeText(about: About, kept: Kept): string {
  const { mode, reason, node, network, time } = about;
  return [
    `Node ${node} of network ${network} ${mode === "halted" ? "halted" : "left"} (written ${time}).`,
    "",
    `  ${reason}`,
    "",
    ...(mode === "halted" ? HALTED : LEFT),
    "",
    "What is here",
    "",
    "  evidence.json   what this node found: the index, its own hash and that of the others, and the others' signed words",
    kept.entries === undefined
      ? "                  (no entries: there are none around that index)"
      : `  entries.jsonl   entries ${kept.entries.from} to ${kept.entries.to} with the receipts that this node made of them`,
    kept.hasState
      ? "  state.db        all rows and receipts of this node, as they were when this was written"
      : `  (no state.db: it is too large to be copied here. It is in ${about.folder}, and resyncing moves it here)`,
    "",
    "What to do",
    "",
    ...steps(about),
    "",
  ].join("\n");
}

const LEFT = [
  "More of the voters than may lie have signed that they computed something else than this node. So this node is wrong: its",
  "disk or memory is damaged, somebody altered its files, or it runs another version of the program. If instead the voters could",
  'not agree among themselves ("no outcome has the support"), nobody knows what is right, and the program is at fault.',
  "The ledger is not in danger. This node goes on ordering entries, and answers nobody for the ledger.",
];
const HALTED = [
  "This node holds proof that more nodes are faulty than the network tolerates, or it has neither a memory nor outcomes that it",
  "could stand for. It signs nothing more. No restart and no resync changes that: the administrators must look at all nodes.",
];

function steps({ mode, folder, name }: About): string[] {
  const place = `${folder}/${name}`;
  const compare = [
    "  1. Keep this folder until you know the cause. See where this node parts from one that stands (stopped, or its API):",
    "",
    `         juno diff ${place} FOLDER-OF-ANOTHER-NODE`,
    "",
    "  2. Look for the cause: the machine's log, a memory test, the disk's own report, the program's version (`juno --version`),",
    `     and what \`juno verify ${folder} --genesis FILE\` finds.`,
  ];
  if (mode === "halted")
    return [
      ...compare,
      "  3. Compare the logs of all nodes with `juno diff`. If they part, more than f nodes were faulty: decide with the other operators",
      "     which log stands, replace the nodes that hold another (`juno admin replace-node`), and keep their folders.",
      "     If they do not, this node alone is at fault: replace it in the same way.",
    ];
  return [
    ...compare,
    "  3. When the machine is sound, stop the node, make its state anew from its log, and start it again:",
    "",
    `         juno node resync ${folder}`,
    `         juno node ${folder}`,
    "",
    "     Resyncing re-admits the node only if what comes out is what the others have signed. If it is not, the program or the",
    "     machine is still at fault, and it says so.",
  ];
}
