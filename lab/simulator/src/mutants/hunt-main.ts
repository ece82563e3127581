// A process of its own for one mutant: loads the changed code, then plays storms until a checker notices, or
// the schedule that the cluster should not recover from, or the attack that should have been refused. Prints one line of JSON.

import { loadWith, mutantNamed, patchesOf } from "./patching.ts";

const [name = "", seeds = "1"] = process.argv.slice(2);
const mutant = mutantNamed(name);
loadWith(patchesOf(mutant));
if (mutant.staged !== undefined) {
  const { stagingNamed } = await import("./stagings.ts");
  console.log(JSON.stringify({ kind: "staged", noticed: await stagingNamed(mutant.staged).play() }));
} else if (mutant.schedule === undefined) {
  const { hunt } = await import("./hunt.ts");
  console.log(JSON.stringify(await hunt({ mutant, seeds: Number(seeds) })));
} else {
  const { recoveryMs, scheduleNamed } = await import("./schedules.ts");
  const schedule = scheduleNamed(mutant.schedule);
  const ms = recoveryMs(schedule);
  const { boundMs } = schedule;
  console.log(
    JSON.stringify(
      ms === undefined ? { kind: "not recovered", boundMs } : { kind: "recovered", ms, boundMs },
    ),
  );
}
