// A manifest: which network, which load, which faults at which time. It is text, one idea a line; prose
// stands first, up to the first empty line. It says what happens, never what must come of it: that is
// the same for all.

export type Who =
  | { readonly kind: "leader" | "follower" | "all" }
  | { readonly kind: "node"; readonly id: number };

/**
 * What concerns everybody: the leader with half of the others against the rest; what was killed starts
 * again; what was paused goes on; all links pass at once; disks are as fast as they are. And no fault, but
 * a pause of the clock of the manifest: until all nodes that run serve and have caught up.
 */
export type Sweep = "halves" | "restart" | "resume" | "heal" | "fast-disks" | "settle";

export type Fault =
  /** SIGKILL; SIGSTOP; nothing passes to or from it; nothing it says arrives; nothing arrives at it. */
  | { readonly verb: "kill" | "pause" | "isolate" | "mute" | "deafen"; readonly who: Who }
  /** All links of a node; every sync of its files; its wall clock. */
  | { readonly verb: "delay" | "slow-disk" | "clock"; readonly who: Who; readonly ms: number }
  | { readonly verb: Sweep };

export type Step = { readonly atMs: number; readonly fault: Fault };

export type Manifest = {
  readonly name: string;
  readonly about: string;
  readonly nodes: number;
  /** Clients that send one command after another. */
  readonly writers: number;
  /** Clients that read, one after another, each at one node. */
  readonly readers: number;
  /** In order of time. */
  readonly steps: readonly Step[];
  /** When faults end. */
  readonly endMs: number;
};

const MS_PER_SECOND = 1000;
/** Fewer bear no fault at all. */
const NODES_MIN = 4;
const TARGETED: readonly string[] = ["kill", "pause", "isolate", "mute", "deafen"];
const MEASURED: readonly string[] = ["delay", "slow-disk", "clock"];
const BARE: readonly string[] = ["halves", "restart", "resume", "heal", "fast-disks", "settle"];
const SIZES: readonly string[] = ["nodes", "writers", "readers"];

/** Milliseconds of a text such as 250ms, 2s, 1.5s, -40s. */
function parseMs(text: string | undefined): number | undefined {
  const [, number, unit] = /^([+-]?\d+(?:\.\d+)?)(ms|s)$/.exec(text ?? "") ?? [];
  return unit === undefined ? undefined : Number(number) * (unit === "s" ? MS_PER_SECOND : 1);
}

/** Who stands at the front of these words, and the words after it. */
function parseWho(words: readonly string[]): { who: Who; rest: readonly string[] } | undefined {
  const [first, second, ...others] = words;
  if (first === "leader" || first === "follower" || first === "all") {
    return { who: { kind: first }, rest: words.slice(1) };
  }
  if (first !== "node" || !/^[1-9]\d?$/.test(second ?? "")) return undefined;
  return { who: { kind: "node", id: Number(second) }, rest: others };
}

function parseFault([verb = "", ...words]: readonly string[]): Fault | undefined {
  if (BARE.includes(verb) && words.length === 0) return { verb } as Fault;
  const target = parseWho(words);
  if (target === undefined) return undefined;
  const { who, rest } = target;
  if (TARGETED.includes(verb) && rest.length === 0) return { verb, who } as Fault;
  const ms = parseMs(rest[0]);
  if (!MEASURED.includes(verb) || rest.length !== 1 || ms === undefined) return undefined;
  // Only a clock can go back.
  return ms >= 0 || verb === "clock" ? ({ verb, who, ms } as Fault) : undefined;
}

/** Whether this machine must have strace for it. */
export const needsStrace = ({ steps }: Manifest): boolean =>
  steps.some(({ fault }) => fault.verb === "slow-disk");

/** Why a manifest cannot be run as it stands. */
function complaint({ nodes, steps }: Manifest): string | undefined {
  if (nodes < NODES_MIN) return `a network has at least ${NODES_MIN} nodes`;
  const foreign = steps.find(
    ({ fault }) => "who" in fault && fault.who.kind === "node" && fault.who.id > nodes,
  );
  return foreign && `${faultText(foreign.fault)}: there are ${nodes} nodes`;
}

/** Throws an Error that names the line which is not understood. */
export function parseManifest(name: string, text: string): Manifest {
  const [about = "", ...chapters] = text.split(/\n\s*\n/);
  const sizes = new Map<string, number>();
  const steps: Step[] = [];
  let endMs: number | undefined;
  for (const line of chapters.join("\n").split("\n")) {
    const words = line.trim().split(/\s+/);
    const [first = "", ...others] = words;
    if (first === "") continue;
    const wrong = (why: string) => new Error(`manifest ${name}: ${line.trim()}: ${why}`);
    if (endMs !== undefined) throw wrong("nothing stands behind the end");
    if (SIZES.includes(first)) {
      if (others.length !== 1 || !/^[1-9]\d?$/.test(others[0]!)) throw wrong("a number up to 99 is expected");
      sizes.set(first, Number(others[0]));
      continue;
    }
    const atMs = parseMs(first);
    if (atMs === undefined) throw wrong("a size, or a time such as 2s, is expected first");
    if (atMs < (steps.at(-1)?.atMs ?? 0)) throw wrong("times do not go back");
    if (others.join() === "end") {
      endMs = atMs;
      continue;
    }
    const fault = parseFault(others);
    if (fault === undefined) throw wrong("this is no fault");
    steps.push({ atMs, fault });
  }
  if (endMs === undefined) throw new Error(`manifest ${name}: its end is missing, such as: 20s end`);
  const { nodes = 4, writers = 8, readers = 4 } = Object.fromEntries(sizes);
  const prose = about.replaceAll("\n", " ").trim();
  const manifest = { name, about: prose, nodes, writers, readers, steps, endMs };
  const why = complaint(manifest);
  if (why !== undefined) throw new Error(`manifest ${name}: ${why}`);
  return manifest;
}

const whoText = (who: Who): string => (who.kind === "node" ? `node ${who.id}` : who.kind);

/** A fault as a manifest has it. */
export function faultText(fault: Fault): string {
  if (!("who" in fault)) return fault.verb;
  return `${fault.verb} ${whoText(fault.who)}${"ms" in fault ? ` ${fault.ms}ms` : ""}`;
}
