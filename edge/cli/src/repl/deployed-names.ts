// What is deployed, for completion: asked of the network while somebody types. Whoever waits for Tab waits
// for no node that does not answer: then nothing is offered.

import type { JunoClient } from "@juno/client";
import type { Deployed } from "./completion.ts";

type Descriptions = Pick<JunoClient, "module" | "modules">;

const NOTHING: Deployed = { modules: [], actions: [], queries: [] };
/** Modules whose operations are asked for at once. */
const DESCRIBED_MAX = 16;

/** Whether one of two names begins with the other. */
const fits = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** Modules whose names fit, and what they offer. Never rejects. */
export async function deployedNames(client: Descriptions, prefix: string): Promise<Deployed> {
  try {
    const { modules } = await client.modules();
    const names = modules.map(({ name }) => name).filter((name) => fits(name, prefix));
    const described = await Promise.all(names.slice(0, DESCRIBED_MAX).map((name) => client.module(name)));
    const namesOf = (kind: "actions" | "queries") =>
      described.flatMap((module) => module[kind].map(({ name }) => `${module.name}.${name}`));
    return { modules: names, actions: namesOf("actions"), queries: namesOf("queries") };
  } catch {
    return NOTHING;
  }
}
