// Runs scripts: coins are things that are there or gone, and each run follows one path. What goes wrong is
// seen as it happens; nothing here compares branches, joins or reasons.

import { freeIn, type Script, type Step, within } from "./usage-script.ts";

export type Ending = "clean" | "copied" | "lost" | "gone";

class Stop extends Error {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending);
    this.ending = ending;
  }
}

/** `body` is what a closure does when it is called, with what it has captured. */
type Resource = { gone: boolean; readonly body?: { script: Script; own: Map<number, Resource> } };

class Run {
  readonly #choices: number[];
  readonly #callsRun: boolean;
  #taken = 0;

  /** `callsRun`: whether calling a closure does what its body says, or nothing. */
  constructor(choices: number[], callsRun: boolean) {
    this.#choices = choices;
    this.#callsRun = callsRun;
  }

  script(script: Script, outer: ReadonlyMap<number, Resource>): void {
    const scope = new Map(outer);
    for (const step of script) this.#step(step, scope);
    for (const [id, resource] of scope) if (!outer.has(id) && !resource.gone) throw new Stop("lost");
  }

  /** Takes the next decision of this path; beyond the known ones, the first option. */
  #choose(): boolean {
    if (this.#taken === this.#choices.length) this.#choices.push(0);
    this.#taken += 1;
    return this.#choices[this.#taken - 1] === 0;
  }

  #step(step: Step, scope: Map<number, Resource>): void {
    switch (step.kind) {
      case "mint":
        scope.set(step.to, { gone: false });
        return;
      case "rename":
        scope.set(step.to, this.#takeOver(step.from, scope));
        return;
      case "split":
        this.#take(step.from, scope);
        scope.set(step.left, { gone: false });
        scope.set(step.right, { gone: false });
        return;
      case "use":
        return this.#call(step, scope);
      case "nest":
        this.script(step.inner, scope);
        return this.#call({ takes: step.takes, looks: [] }, scope);
      case "drop":
        scope.set(nameless(scope), { gone: false });
        return;
      case "ignore":
        this.#takeOver(step.from, scope);
        scope.set(nameless(scope), { gone: false });
        return;
      case "if":
        return this.script(this.#choose() ? step.yes : step.no, scope);
      case "match": {
        const resource = this.#takeOver(step.from, scope);
        if (!this.#choose()) return this.script(step.none, scope);
        return this.#arm(step.some, new Map([[step.to, resource]]), scope);
      }
      case "require":
        if (this.#choose()) return;
        this.#call(step, scope);
        throw new Stop("clean");
      case "abort":
        this.#look(step.looks, scope);
        throw new Stop("clean");
      case "once": {
        const own = new Map<number, Resource>();
        for (const id of freeIn(step.body)) own.set(id, this.#takeOver(id, scope));
        scope.set(step.to, { gone: false, body: { script: step.body, own } });
        return;
      }
      case "many":
        return;
    }
  }

  #arm(script: Script, bound: ReadonlyMap<number, Resource>, scope: ReadonlyMap<number, Resource>): void {
    this.script(script, new Map([...scope, ...bound]));
    for (const resource of bound.values()) if (!resource.gone) throw new Stop("lost");
  }

  #call(call: { takes: readonly number[]; looks: readonly number[] }, scope: Map<number, Resource>): void {
    this.#look(call.looks, scope);
    for (const id of call.takes) {
      const { body } = this.#take(id, scope);
      if (body !== undefined && this.#callsRun) this.#arm(body.script, body.own, new Map());
    }
  }

  #look(looks: readonly number[], scope: ReadonlyMap<number, Resource>): void {
    for (const id of looks) if (scope.get(id)!.gone) throw new Stop("gone");
  }

  #take(id: number, scope: ReadonlyMap<number, Resource>): Resource {
    const resource = scope.get(id)!;
    if (resource.gone) throw new Stop("copied");
    resource.gone = true;
    return resource;
  }

  /** The resource itself goes on under another owner. */
  #takeOver(id: number, scope: ReadonlyMap<number, Resource>): Resource {
    const { gone: _, ...resource } = this.#take(id, scope);
    return { ...resource, gone: false };
  }
}

/** A variable that nobody can take: what it holds is lost unless the script around it aborts. */
const nameless = (scope: ReadonlyMap<number, Resource>): number => -1 - scope.size;

const RUNS_MAX = 512;

/** How each path ends, the parameters having to be used as well; undefined if there are too many paths. */
export function endings(
  script: Script,
  start: readonly number[],
  callsRun: boolean,
): Set<Ending> | undefined {
  const found = new Set<Ending>();
  const choices: number[] = [];
  for (let runs = 0; runs < RUNS_MAX; runs++) {
    const parameters = start.map((to): Step => ({ kind: "mint", to }));
    try {
      new Run(choices, callsRun).script([...parameters, ...script], new Map());
      found.add("clean");
    } catch (stop) {
      if (!(stop instanceof Stop)) throw stop;
      found.add(stop.ending);
    }
    while (choices.at(-1) === 1) choices.pop();
    if (choices.length === 0) return found;
    choices[choices.length - 1] = 1;
  }
  return undefined;
}

/** Every closure of a script, with the variables it starts from. */
export function closures(
  script: Script,
): { body: Script; start: number[]; captures: number; once: boolean }[] {
  return script.flatMap((step) => {
    const inner = within(step).flatMap(closures);
    if (step.kind !== "once" && step.kind !== "many") return inner;
    const free = freeIn(step.body);
    if (step.kind === "once")
      return [{ body: step.body, start: [...free], captures: 0, once: true }, ...inner];
    free.delete(step.parameter);
    const start = [...free, step.parameter];
    return [{ body: step.body, start, captures: free.size, once: false }, ...inner];
  });
}
