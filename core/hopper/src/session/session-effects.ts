// The effects of what is typed in a session: as in a test, over what was there before.

import { assert, type Sha256 } from "@juno/base";
import { assetText } from "../machine/border/coins-in.ts";
import type { CommandEffects } from "../machine/command-effects.ts";
import type { TestingEffects } from "../machine/effects.ts";
import type { Program } from "../machine/program.ts";
import { effectsForTest } from "../machine/testing-effects.ts";
import { type Integer, integer, type Value } from "../machine/value.ts";
import { type CommandEar, HeardTesting } from "../testing/heard-testing.ts";
import type { SessionState } from "./session-state.ts";

const DEAF: CommandEar = { begun: () => undefined, ended: () => undefined };

/** There was some of each asset before this line was typed. */
class SessionTesting extends HeardTesting {
  readonly #effects: CommandEffects;
  readonly #state: SessionState;

  constructor(inner: TestingEffects, parts: { effects: CommandEffects; state: SessionState }) {
    super(inner, DEAF);
    this.#effects = parts.effects;
    this.#state = parts.state;
  }

  override supply(asset: Value): Value {
    const before = this.#state.supplyOf(assetText(this.#effects.scope, asset));
    return integer(before + BigInt(super.supply(asset) as Integer));
  }
}

export function effectsForInput(parts: {
  readonly program: Program;
  readonly state: SessionState;
  readonly sha256: Sha256;
  readonly module: string;
  /** Who signs each command that is called. */
  readonly signers: readonly string[];
}): CommandEffects {
  const { program, state, sha256, module, signers } = parts;
  const world = state.world(sha256, []);
  const effects = effectsForTest({ ...program.effectParts(), sha256, module, world });
  const { testing } = effects;
  assert(testing !== undefined, "a session runs as a test does");
  effects.testing = new SessionTesting(testing, { effects, state });
  if (signers.length > 0) effects.testing.signing(signers);
  return effects;
}
