// Gathers what an audit finds: a bounded number, lowest index first, since what breaks first explains
// what breaks after it. Signatures answer late, so a lower index may come after a higher one.

import type { LogIndex } from "@juno/base";
import type { Finding } from "./audit-report.ts";

const REMARKS_MAX = 10;
const SENTENCE_LENGTH_MAX = 400;
/** What breaks a line or moves a terminal's cursor: an altered database may hold it anywhere. */
const CONTROLS = /[\p{Cc}\p{Cf}]+/gu;

const plain = (text: string): string => text.replaceAll(CONTROLS, " ").slice(0, SENTENCE_LENGTH_MAX);

const rank = ({ index }: Finding): number => index ?? Number.POSITIVE_INFINITY;

export class Findings {
  readonly #max: number;
  #found: Finding[] = [];
  readonly #remarks: string[] = [];

  /** `remarks` of an earlier run that is gone on with. */
  constructor(max: number, remarks: readonly string[] = []) {
    this.#max = max;
    this.#remarks.push(...remarks);
  }

  add(place: string, problem: string, index?: LogIndex): void {
    const sentence = { place: plain(place), problem: plain(problem) };
    const finding = index === undefined ? sentence : { index, ...sentence };
    const before = this.#found.findLastIndex((other) => rank(other) <= rank(finding));
    this.#found.splice(before + 1, 0, finding);
    this.#found.length = Math.min(this.#found.length, this.#max);
  }

  remark(sentence: string): void {
    if (this.#remarks.length < REMARKS_MAX) this.#remarks.push(plain(sentence));
  }

  /** Enough is wrong: looking on would only name consequences. */
  get isFull(): boolean {
    return this.#found.length >= this.#max;
  }

  get list(): readonly Finding[] {
    return this.#found;
  }

  get remarks(): readonly string[] {
    return this.#remarks;
  }
}
