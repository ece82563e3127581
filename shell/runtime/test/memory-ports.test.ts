// The memory implementations of the ports keep the same promises as the real ones.

import { equalBytes, NodeId } from "@juno/base";
import { MemoryNetwork } from "../src/ports/memory/transport.ts";
import { memoryVerifier } from "../src/ports/memory/verifier.ts";
import { transportSuite } from "./transport-suite.ts";
import { verifierSuite } from "./verifier-suite.ts";

let tick = 0;
const clock = { monotonicMs: () => ++tick };

transportSuite("the memory network", {
  async setup({ nodes, ...limits }) {
    const network = new MemoryNetwork({ clock, ...limits });
    const ids = Array.from({ length: nodes }, (_, i) => NodeId(i + 1));
    return ids.map((self) =>
      network.transport(
        self,
        ids.filter((id) => id !== self),
      ),
    );
  },
  async teardown() {},
});

/** No real scheme: the signature repeats a sum of the message. Enough to tell checks apart. */
function toySign(message: Uint8Array): Uint8Array {
  const sum = message.reduce((total, byte) => (total * 31 + byte) % 251, message.length);
  return new Uint8Array(64).fill(sum);
}

verifierSuite("the memory verifier", {
  async setup() {
    const verifier = memoryVerifier(
      ({ key, message, signature }) => key.length === 32 && equalBytes(signature, toySign(message)),
    );
    return { verifier, key: new Uint8Array(32), sign: toySign };
  },
  async teardown() {},
});
