// A signer in a process of its own, as the test wants it to behave: whoever waits for a signature does so with its whole thread.

import { createServer } from "node:net";
import { parseHex } from "@juno/base";
import { publicKeyOf, signerFrom } from "../../src/crypto/sodium.ts";
import {
  LineSplitter,
  readHello,
  readRequest,
  refusalLine,
  signatureLine,
  welcomeLine,
} from "../../src/signer/signer-protocol.ts";
import { openSigner } from "../../src/signer/signer-server.ts";

const [behaviour = "", socket = "", secretHex = ""] = process.argv.slice(2);
const secret = parseHex(secretHex)!;
const key = publicKeyOf(secret);

/** One line is one chunk here: the test asks for one thing at a time. */
const ANSWERS: Readonly<Record<string, (text: string) => string>> = {
  "answers nothing": () => "",
  "signs something else": (text) => {
    const { id } = requestIn(text);
    return signatureLine(id, signerFrom(secret)(new Uint8Array(1)));
  },
  "does not know why": (text) => refusalLine(requestIn(text).id, "the card is locked"),
  "refuses without a reason": (text) => `{"id":${requestIn(text).id},"refused":""}\n`,
  "speaks otherwise": () => "what?\n",
};
/** Of a signer that takes one thing at a time. */
const SLOWLY_MS = 15;

function requestIn(text: string) {
  const read = readRequest(text.trimEnd());
  if (!read.ok) throw new Error(read.error.detail);
  return read.value;
}

if (behaviour === "signs")
  await openSigner({ socket, keys: [{ key, sign: signerFrom(secret) }], refused: console.error });
else if (behaviour === "signs slowly") {
  const server = createServer((connection) => {
    const splitter = new LineSplitter();
    let last = Promise.resolve();
    connection.on("data", (chunk) => {
      for (const text of splitter.push(chunk) ?? []) {
        last = last.then(async () => {
          if (readHello(text).ok) return void connection.write(welcomeLine([key]));
          await new Promise((resolve) => setTimeout(resolve, SLOWLY_MS));
          const { id, message } = requestIn(text);
          connection.write(signatureLine(id, signerFrom(secret)(message)));
        });
      }
    });
    connection.on("error", () => undefined);
  });
  server.listen(socket);
  await new Promise((resolve) => server.once("listening", resolve));
} else {
  const answer = ANSWERS[behaviour]!;
  const server = createServer((connection) => {
    connection.on("data", (chunk) => {
      const text = chunk.toString("utf8");
      connection.write(readHello(text.trimEnd()).ok ? welcomeLine([key]) : answer(text));
    });
    connection.on("error", () => undefined);
  });
  server.listen(socket);
  await new Promise((resolve) => server.once("listening", resolve));
}
console.log("listening");
