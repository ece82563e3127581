// A thread that hangs keeps a node waiting once, and not for each further signature of the same step (E62).

import { Worker } from "node:worker_threads";
import { afterEach, expect, it, vi } from "vitest";
import { RemoteSigner } from "../../src/signer/remote-signer.ts";

afterEach(() => vi.restoreAllMocks());

it("is asked nothing more once it has not answered", async () => {
  // It is told nothing and so answers nothing, and has not ended yet when the step goes on.
  const asked = vi.spyOn(Worker.prototype, "postMessage").mockReturnValue(undefined);
  const ended = vi.spyOn(Worker.prototype, "terminate").mockResolvedValue(0);
  const signer = new RemoteSigner({ socket: "/nowhere/signer", timeoutMs: 1 });
  const lost: string[] = [];
  signer.onLost = (reason) => lost.push(reason);
  for (let i = 0; i < 2; i++)
    expect(signer.sign(new Uint8Array(32), new Uint8Array(9))).toEqual(new Uint8Array(64));
  expect(lost).toEqual(Array(2).fill("its thread does not answer"));
  expect([asked.mock.calls.length, ended.mock.calls.length]).toEqual([1, 1]);
  await expect(signer.signLater(new Uint8Array(32), new Uint8Array(9))).rejects.toThrow("does not answer");
  const [thread] = ended.mock.contexts as Worker[];
  await signer.close();
  ended.mockRestore();
  await thread!.terminate();
});
