// Runs scripts of package.json at once, and shows what each has said when it has ended. Exit code 1 if one fails.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

async function succeeds(script: string): Promise<boolean> {
  const child = spawn(process.execPath, ["--run", script], { stdio: ["ignore", "pipe", "pipe"] });
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  process.stdout.write(`--- ${script}: ${code === 0 ? "ok" : "failed"}\n${said}${complained}`);
  return code === 0;
}

const ended = await Promise.all(process.argv.slice(2).map(succeeds));
if (ended.includes(false)) process.exitCode = 1;
