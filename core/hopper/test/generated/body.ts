// A block while it is written: its lines, what it knows, and the resources it owes.

import { assert } from "@juno/base";
import { isLinear, same, type Type, type Variable } from "./program-type.ts";
import { knowing, type Scope } from "./scope.ts";

export class Body {
  readonly lines: string[] = [];
  #scope: Scope;
  #owed: Variable[];

  constructor(scope: Scope, owed: readonly Variable[]) {
    this.#scope = scope;
    this.#owed = [...owed];
  }

  get owed(): readonly Variable[] {
    return this.#owed;
  }

  /** What a term of the next line may mention. */
  get scope(): Scope {
    return { ...this.#scope, near: this.#owed };
  }

  say(line: string): void {
    this.lines.push(line);
  }

  /** The variable is there from now on; a resource is owed. */
  bind(variable: Variable): void {
    if (isLinear(variable.type)) this.#owed.push(variable);
    else this.#scope = knowing(this.#scope, variable);
  }

  /** They are moved by the line that comes next. */
  spend(moved: readonly Variable[]): void {
    for (const one of moved) {
      const place = this.#owed.indexOf(one);
      assert(place >= 0, "a resource is moved once");
      this.#owed.splice(place, 1);
    }
  }

  owedLike(type: Type): Variable[] {
    return this.#owed.filter((one) => same(one.type, type));
  }

  text(result?: string): string {
    return `{\n${[...this.lines, ...(result === undefined ? [] : [result])].join("\n")}\n}`;
  }
}
