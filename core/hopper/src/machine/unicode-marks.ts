// The characters of Unicode 14.0.0 that stand on the one before (whose canonical combining class, or that of the
// first they are made of, is not zero), and how many may stand on one. Bringing a row of them into order takes hosts
// time in proportion to its square, so that a Text of them could hold a node up for minutes (L32).
// Unicode promises that the class of a character never changes.

/** Ends of alternating runs, other characters first, each as the distance from the one before, to the base of 36. */
const RUNS = [
  "lc 27 1 w 7n 5 7d 19 1 1 1 2 1 2 1 1 20 b 1c l g 1 2t 7 2 6 2 2 1 4 z 1 u r 4g 9 9 1 o 4 1 9 1 3",
  "1 5 17 3 1o 8 16 o 1 t 1o 1 g 1 3 4 2v 1 g 1 1c 1 1p 1 g 1 32 1 g 1 32 1 g 1 3j 1 32 1 g 1 7 2",
  "2t 1 g 1 31 2 g 1 3g 1 31 3 d 4 30 3 d 4 24 2 r 1 1 1 1 1 1j 5 4 4 2 5 1 2 1q 1 34 1 1 2 2a 1 jz",
  "3 qc 2 u 1 4d 1 a 1 5n 1 3z 3 63 2 1z 1 k 8 2 1 1c e 1 g 2t 1 f 1 12 9 1i 2 1m 1 b 2 1v 1 48 3 1",
  "d 1 7 4 1 6 1 3 2 5i 1s k0 d 4 1 3 c 2da 3 3x 1 2o w fe 6 2x 2 n9w 1 4 a w 2 28 2 7o 1 11 1 47 1",
  "r i 1l 3 11 1 2n 1 c 1 6n 1 1 3 2 2 5 2 1 1 1g 1 6u 1 fn4 1 ld g r1 1 6a 1 45 5 1aq 1 1 1 14 3 4",
  "1 4l 2 fx 4 ar 2 49 b 1d 4 5c 1 15 1 e 1 1l 2 1x 3 1c 2 1q 1 24 1 9 1 2y 2 4y 2 28 2 g 1 o 7 3 5",
  "5p 1 3 1 n 1 2r 2 6z 2 3i 1 3a 2 37 1 7h 2 76 2 4 1 4c 1 2b 1 i 1 29 1 bp 1 76 1 1 2 29 1 fa0 5",
  "1n 7 xl 2 f58 1 43q 5 3 6 8 8 2 7 u 4 44 3 2pn 7 1 h 2 7 1 2 1 5 79 7 af 1 1p 4 15s 7 31 7",
];

/** In a row, as in Unicode's Stream-Safe Text Format: more than any script has use for. */
export const MARKS_MAX = 30;

const BORDERS: readonly number[] = bordersOf(RUNS);

function bordersOf(runs: readonly string[]): number[] {
  let at = 0;
  return runs
    .join(" ")
    .split(" ")
    .map((run) => {
      at += Number.parseInt(run, 36);
      return at;
    });
}

function isMark(codePoint: number): boolean {
  let [low, high] = [0, BORDERS.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BORDERS[middle]! <= codePoint) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

const FIRST_MARK = BORDERS[0]!;

/** Whether no more than MARKS_MAX marks stand in a row. */
export function hasFewMarks(text: string): boolean {
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < FIRST_MARK) {
      marks = 0;
      continue;
    }
    const codePoint = text.codePointAt(at)!;
    if (codePoint > 0xffff) at += 1;
    marks = isMark(codePoint) ? marks + 1 : 0;
    if (marks > MARKS_MAX) return false;
  }
  return true;
}
