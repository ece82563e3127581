// Modules linked with the library, ready to run: what may be called, on which effects. A program holds no state; one
// serves every command until a module is deployed.

import { assert, type Sha256 } from "@juno/base";
import { BUILTINS } from "../builtins/table.ts";
import type { FunctionRef } from "./anf.ts";
import { CommandEffects, type CommandParts } from "./command-effects.ts";
import type { Meter } from "./effects.ts";
import { type Image, link } from "./image.ts";
import type { ModuleCode } from "./module-code.ts";
import type { Start } from "./outcome.ts";
import type { Value } from "./value.ts";
import { Machine } from "./vm.ts";

/** What computing a policy may cost: it consists of literals and constants. */
const POLICY_GAS_MAX = 100_000;

export class Program {
  readonly modules: ReadonlyMap<string, ModuleCode>;
  readonly image: Image;
  /** As they were given. */
  readonly codes: readonly ModuleCode[];

  /** `codes`: the library's and the programs', each module once. */
  constructor(codes: readonly ModuleCode[]) {
    this.codes = codes;
    this.modules = new Map(codes.map((code) => [code.name, code]));
    this.image = link(this.modules, BUILTINS);
  }

  effects(parts: Pick<CommandParts, "world" | "entry">): CommandEffects {
    return new CommandEffects({ ...parts, ...this.effectParts() });
  }

  effectParts(): Pick<CommandParts, "modules" | "policyOf"> {
    return {
      modules: this.codes,
      policyOf: (fn, meter, sha256) => this.policyOf(fn, meter, sha256),
    };
  }

  start(parts: Omit<Start, "image">): Machine {
    return Machine.start({ ...parts, image: this.image });
  }

  /** The value of a function () → Policy. It is total, but nothing says that it is cheap: too costly a policy is nobody's. */
  policyOf(fn: FunctionRef, meter: Meter, sha256: Sha256): Value {
    const effects = this.effects({ world: { ...NOWHERE, sha256 }, entry: fn.module });
    const machine = this.start({ fn, args: [], effects, gasLimit: POLICY_GAS_MAX });
    const outcome = machine.run();
    meter.charge(machine.gasUsed);
    assert(outcome.kind !== "running", "a machine runs to its end");
    if (outcome.kind === "done") return outcome.value;
    return meter.fail("PolicyOutOfLimits", {
      expected: `a policy that is computed with at most ${POLICY_GAS_MAX} gas`,
    });
  }
}

const NOWHERE: Omit<CommandParts["world"], "sha256"> = {
  time: 0,
  signers: [],
  roles: () => [],
  row: () => undefined,
  keys: () => [],
};
