// A word of readiness whose key another process holds (E62): nothing waits for it, it is asked for within a limit, and whoever asked
// is told when it is not signed.

import { NodeId } from "@juno/base";
import { expect, it } from "vitest";
import { ReadySigner } from "./readiness.ts";

const word = { node: NodeId(3), key: new Uint8Array(32), message: new Uint8Array(9) };
const signature = new Uint8Array(64).fill(1);

it("is signed when the signer answers, a few at a time, and refused where it does not (E62)", async () => {
  const asked: PromiseWithResolvers<Uint8Array>[] = [];
  const signer = new ReadySigner(() => {
    const answer = Promise.withResolvers<Uint8Array>();
    asked.push(answer);
    return answer.promise;
  });
  const under = Array.from({ length: 8 }, () => signer.sign(word));
  expect(await signer.sign(word)).toMatchObject({ ok: false, error: { code: "busy" } });
  expect(asked).toHaveLength(8);
  asked[0]!.reject(new Error("the signer did not sign: no answer within 200 ms"));
  expect(await under[0]).toMatchObject({
    ok: false,
    error: { code: "not_ready", detail: expect.stringContaining("200 ms") },
  });
  for (const { resolve } of asked) resolve(signature);
  expect(await under[7]).toEqual({ ok: true, value: { node: 3, signature } });
  const again = signer.sign(word);
  asked[8]!.resolve(signature);
  expect(await again).toMatchObject({ ok: true });
});
