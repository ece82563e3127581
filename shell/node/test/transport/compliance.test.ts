// The TLS transport keeps the promises of its port, over real sockets.

import { transportSuite } from "@juno/runtime/suites";
import { TestNetwork } from "./nodes.ts";

const network = new TestNetwork();

transportSuite("TLS", {
  async setup({ nodes, ...limits }) {
    const made = await network.add(
      Array.from({ length: nodes }, (_, i) => i + 1),
      limits,
    );
    return made.map(({ transport, open }) => ({
      open,
      admit: transport.admit.bind(transport),
      send: transport.send.bind(transport),
      onFrame: transport.onFrame.bind(transport),
      pause: transport.pause.bind(transport),
      resume: transport.resume.bind(transport),
      peers: transport.peers.bind(transport),
      close: transport.close.bind(transport),
    }));
  },
  teardown: () => network.close(),
});
