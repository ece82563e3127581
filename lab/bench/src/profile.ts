// Where the time goes: the CPU profiles of every thread of every node, summed by room. Self time is
// counted where it was spent; time in the engine and in host functions is counted by their own names.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

type CallFrame = { readonly functionName: string; readonly url: string };
type Profile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

export type Share = { readonly room: string; readonly seconds: number; readonly percent: number };

const ROOMS: readonly (readonly [pattern: RegExp, room: string])[] = [
  [/^exports\.crypto_sign_verify/, "signatures: verify"],
  [/^exports\.crypto_sign/, "signatures: sign"],
  [/^(hash|digest|update) hash/, "hashing"],
  [/^\(garbage collector\)/, "garbage collection"],
  [/^\(program\)/, "engine and system calls"],
  [/^(postMessage|.*worker_threads|.*messageport)/i, "between threads"],
  [/^(writev|writeBuffer|onStreamRead|readStart|shutdown|writeUtf8String|writeLatin1String) /, "sockets"],
  [/^(run|all|get|exec|iterate|step|prepare) :0/, "SQLite"],
];

const FOLDERS: readonly (readonly [pattern: RegExp, room: string])[] = [
  [/\/core\/(\w+)\//, "core/"],
  [/\/shell\/runtime\//, "shell/runtime"],
  [/\/shell\/node\/src\/(\w+)\//, "shell/node/"],
  [/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//, "npm "],
  [/^node:internal\/(?:modules|bootstrap)/, "start-up"],
  [/^node:(?:internal\/)?(\w+)/, "node:"],
];

function roomOf({ functionName, url }: CallFrame): string {
  const name = `${functionName || "(anonymous)"} ${url === "" ? ":0" : url.replace("node:internal/crypto/", "")}`;
  const known = ROOMS.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  for (const [pattern, room] of FOLDERS) {
    const match = pattern.exec(url);
    if (match !== null) return room + (match[1] ?? "");
  }
  return url === "" ? `host: ${functionName}` : "other";
}

/** Busy time by room over all profiles of a folder, most first. */
export function profileShares(folder: string): { shares: Share[]; busySeconds: number } {
  const micros = new Map<string, number>();
  for (const file of readdirSync(folder)) {
    const profile = JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile;
    const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
    profile.samples.forEach((id, i) => {
      const frame = frames.get(id)!;
      if (frame.functionName === "(idle)" || frame.functionName === "(root)") return;
      const room = roomOf(frame);
      micros.set(room, (micros.get(room) ?? 0) + profile.timeDeltas[i]!);
    });
  }
  const busy = [...micros.values()].reduce((sum, value) => sum + value, 0);
  const shares = [...micros]
    .map(([room, value]) => ({ room, seconds: value / 1e6, percent: (100 * value) / busy }))
    .sort((a, b) => b.seconds - a.seconds);
  return { shares, busySeconds: busy / 1e6 };
}

export function renderShares({ shares, busySeconds }: ReturnType<typeof profileShares>): string {
  const lines = shares
    .filter(({ percent }) => percent >= 0.5)
    .map(
      ({ room, seconds, percent }) =>
        `  ${percent.toFixed(1).padStart(5)} %  ${seconds.toFixed(2).padStart(7)} s  ${room}`,
    );
  return [`where the nodes' time goes (${busySeconds.toFixed(1)} s busy, all threads):`, ...lines].join("\n");
}
