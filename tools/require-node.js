// Ends with a clear message under a Node that cannot run Juno. Written so that any Node of the last
// ten years can read it: no imports, no syntax newer than 2015. The root scripts run it first.

const MAJOR_MIN = 24;

if (Number(process.versions.node.split(".")[0]) < MAJOR_MIN) {
  const lines = [
    `Juno needs Node ${MAJOR_MIN} or newer; this is ${process.version} (${process.execPath}).`,
    "On Linux (x64, arm64) `npm ci` brings the right one, unless optional dependencies are left out.",
    `Elsewhere install Node ${MAJOR_MIN} and run the command again.`,
  ];
  console.error(lines.join("\n"));
  process.exit(1);
}
