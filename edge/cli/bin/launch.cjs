// Starts a program of this folder under a Node that can run it. On Linux the project brings its own Node
// 24 in node_modules; under an older one this starts it in its place, with the same arguments, terminal
// and signals, and ends as it ends. Written so that every Node since 16 can read it.
"use strict";

const childProcess = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const MAJOR_MIN = 24;
/** Told to the Node that is started, so that a wrong one cannot start itself for ever. */
const MARK = "JUNO_STARTED_BY";

/** The Node of the project this file stands in, or of one it is installed in. */
function ownNode() {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, "node_modules", ".bin", "node");
    if (fs.existsSync(candidate)) return fs.realpathSync(candidate);
    if (path.dirname(folder) === folder) return undefined;
  }
}

function startInstead(node, program) {
  const environment = Object.assign({}, process.env);
  environment[MARK] = process.version;
  const child = childProcess.spawn(node, [program].concat(process.argv.slice(2)), {
    env: environment,
    stdio: "inherit",
  });
  ["SIGINT", "SIGTERM", "SIGHUP"].forEach((signal) => {
    // A terminal sends Ctrl-C to both: the child decides what it means.
    process.on(signal, () => {
      if (signal !== "SIGINT") child.kill(signal);
    });
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function complain() {
  console.error(
    [
      `Juno needs Node ${MAJOR_MIN} or newer; this is ${process.version} (${process.execPath}).`,
      "On Linux (x64, arm64) `npm ci` brings the right one, unless optional dependencies are left out.",
      `Elsewhere install Node ${MAJOR_MIN} and run the command again.`,
    ].join("\n"),
  );
  process.exitCode = 1;
}

/** `source` is a file of src/, which reads its arguments from `process.argv`. */
module.exports = function launch(source) {
  const program = path.join(__dirname, "..", "src", source);
  const own = process.env[MARK] === undefined ? ownNode() : undefined;
  if (Number(process.versions.node.split(".")[0]) >= MAJOR_MIN) require(program);
  else if (own === undefined) complain();
  else startInstead(own, program);
};
