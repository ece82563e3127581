// Makes scripts at random: good ones, that use each resource exactly once on every path because they are
// built so, and spoilt ones, that differ from good ones in a step or two.

import type { Prng } from "@juno/base";
import { around, bindsAfter, bindsWithin, freeIn, type Script, type Step, within } from "./usage-script.ts";

export class ScriptMaker {
  readonly #prng: Prng;
  #variables = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  variable(): number {
    this.#variables += 1;
    return this.#variables - 1;
  }

  /** A script that uses all of `owned` up. */
  good(owned: readonly number[], depth = 3): Script {
    const steps: Step[] = [];
    let pool = [...owned];
    for (let budget = this.#prng.below(5); budget > 0; budget--) {
      if (this.#prng.chance(1, 12)) return [...steps, { kind: "abort", looks: this.#some(pool) }];
      const [step, rest] = this.#step(pool, depth);
      steps.push(step);
      pool = [...rest, ...bindsAfter(step)];
    }
    while (pool.length > 0) {
      const takes = this.#takeFrom(pool);
      steps.push({ kind: "use", takes, looks: this.#some(pool) });
      pool = without(pool, takes);
    }
    return steps;
  }

  /** A step that uses some of the pool up, and what is left of it. */
  #step(pool: readonly number[], depth: number): [Step, number[]] {
    const prng = this.#prng;
    const share = this.#some(pool);
    const rest = without(pool, share);
    const inner = (...more: number[]) => this.good([...share, ...more], depth - 1);
    const choice = prng.below(depth > 0 ? 9 : 4);
    const from = pool.length === 0 ? undefined : prng.pick(pool);
    if (choice === 0 || from === undefined) return [{ kind: "mint", to: this.variable() }, [...pool]];
    switch (choice) {
      case 1:
        return [{ kind: "rename", from, to: this.variable() }, without(pool, [from])];
      case 2:
        return [
          { kind: "split", from, left: this.variable(), right: this.variable() },
          without(pool, [from]),
        ];
      case 3:
        return [{ kind: "require", takes: this.#some(pool), looks: this.#some(pool) }, [...pool]];
      case 4:
        return [{ kind: "if", yes: inner(), no: inner() }, rest];
      case 5: {
        if (share.includes(from))
          return [{ kind: "nest", takes: [from], inner: this.good(without(share, [from]), depth - 1) }, rest];
        const to = this.variable();
        return [{ kind: "match", from, to, some: inner(to), none: inner() }, without(rest, [from])];
      }
      case 6:
      case 7: {
        // A body that aborts early may leave things alone: those are not captured.
        const body = inner();
        return [{ kind: "once", to: this.variable(), body }, without(pool, [...freeIn(body)])];
      }
      default: {
        const parameter = this.variable();
        return [{ kind: "many", parameter, body: this.good([parameter], depth - 1) }, [...pool]];
      }
    }
  }

  #some(pool: readonly number[]): number[] {
    return pool.filter(() => this.#prng.chance(1, 3));
  }

  #takeFrom(pool: readonly number[]): number[] {
    const some = this.#some(pool);
    return some.length > 0 ? some : [this.#prng.pick(pool)];
  }

  /** The script with a step left out, changed, or put in somewhere. Variables stay in scope. */
  spoilt(script: Script, start: readonly number[]): Script {
    const places = count(script);
    const at = this.#prng.below(places);
    return rewrite({ script, scope: start, at }, (steps, index, scope) => this.#spoil(steps, index, scope));
  }

  #spoil(steps: Script, index: number, scope: readonly number[]): Script {
    const prng = this.#prng;
    const [before, step, after] = [steps.slice(0, index), steps[index], steps.slice(index + 1)];
    const choice = prng.below(3);
    if (choice === 0 && step !== undefined && bindsAfter(step).length === 0) return [...before, ...after];
    if (choice === 1 && step?.kind === "use") {
      const takes = prng.chance(1, 2)
        ? step.takes.slice(1)
        : [...step.takes, ...(scope.length === 0 ? [] : [prng.pick(scope)])];
      return [...before, { ...step, takes }, ...after];
    }
    return [...before, this.#mistake(scope), ...steps.slice(index)];
  }

  #mistake(scope: readonly number[]): Step {
    const prng = this.#prng;
    if (scope.length === 0) return { kind: "drop" };
    const one = prng.pick(scope);
    switch (prng.below(9)) {
      case 0:
        return { kind: "drop" };
      case 1:
        return { kind: "ignore", from: one };
      case 2:
        return { kind: "abort", looks: [] };
      case 3:
        return { kind: "use", takes: [], looks: [one] };
      case 4:
        return { kind: "if", yes: [{ kind: "use", takes: [one], looks: [] }], no: [] };
      case 5:
        return { kind: "if", yes: [{ kind: "abort", looks: [one] }], no: [] };
      case 6: {
        const parameter = this.variable();
        return { kind: "many", parameter, body: [{ kind: "use", takes: [parameter], looks: [one] }] };
      }
      case 7:
        return { kind: "once", to: this.variable(), body: [{ kind: "abort", looks: [one] }] };
      default:
        return { kind: "use", takes: [one], looks: [] };
    }
  }
}

const without = (pool: readonly number[], taken: readonly number[]): number[] =>
  pool.filter((variable) => !taken.includes(variable));

/** How many places a script has where a step stands or could stand, inner scripts included. */
const count = (script: Script): number =>
  script.reduce(
    (sum, step) => sum + within(step).reduce((all, part) => all + count(part), 0),
    script.length + 1,
  );

type Place = { readonly script: Script; readonly scope: readonly number[]; readonly at: number };

/** Rewrites the script around the place number `at`, counted from the outside in. */
function rewrite(
  place: Place,
  change: (steps: Script, index: number, scope: readonly number[]) => Script,
): Script {
  const { script, at } = place;
  const scopeBefore = (index: number) => [...place.scope, ...script.slice(0, index).flatMap(bindsAfter)];
  if (at <= script.length) return change(script, at, scopeBefore(at));
  let left = at - script.length - 1;
  return script.map((step, index) => {
    const parts = within(step).map((part, number) => {
      const places = count(part);
      const here = left >= 0 && left < places;
      const scope = [...scopeBefore(index), ...bindsWithin(step, number)];
      const made = here ? rewrite({ script: part, scope, at: left }, change) : part;
      left -= places;
      return made;
    });
    return around(step, parts);
  });
}
