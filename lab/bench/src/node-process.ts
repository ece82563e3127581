// One benchmarked node: the program of `juno node` without its log lines.

import { describeFailure, runNode } from "@juno/node";

try {
  const node = await runNode({
    configPath: process.argv[2] ?? "",
    version: "bench",
    note: () => undefined,
    failed: (cause) => {
      console.error(cause);
      process.exit(describeFailure(cause).exitCode);
    },
  });
  process.once("SIGTERM", () => {
    node.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
} catch (cause) {
  console.error(cause);
  process.exit(describeFailure(cause).exitCode);
}
