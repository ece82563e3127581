// "Did you mean": the nearest known name, if one is near.

/** Names that are looked at: whoever has more must find theirs without help. */
const CANDIDATES_MAX = 1_000;

/** Edit distance, given up beyond `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost));
    }
    row = next;
  }
  return row[b.length]!;
}

/** A help line: the nearest of the known names, else the given advice. */
export function suggest(name: string, known: readonly string[], otherwise: string): { help: string } {
  const limit = name.length > 64 ? 0 : Math.max(1, Math.floor(name.length / 3));
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known.slice(0, CANDIDATES_MAX)) {
    if (candidate === name || candidate.length > 64) continue;
    const found = distance(name, candidate, limit);
    if (found <= limit && (best === undefined || found < best.distance))
      best = { name: candidate, distance: found };
  }
  return { help: best === undefined ? otherwise : `did you mean \`${best.name}\`?` };
}
