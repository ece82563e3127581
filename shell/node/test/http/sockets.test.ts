// What only a real connection shows: limits on time, size and number (A13), and closing in good order.

import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import {
  createAccount,
  type NetworkOptions,
  type PretendNetwork,
  pretendNetwork,
} from "./pretend-network.ts";

async function listening(options: NetworkOptions = {}): Promise<{ under: PretendNetwork; port: number }> {
  const under = await pretendNetwork(options);
  const { port } = await under.server.listen({ host: "127.0.0.1", port: 0 });
  return { under, port };
}

/** Everything the other side sends until it closes. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += chunk;
  return text;
}

const connected = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });

const get = (path: string): string => `GET /api/v1${path} HTTP/1.1\r\nhost: juno\r\n\r\n`;

const post = (path: string, body: string): string =>
  `POST /api/v1${path} HTTP/1.1\r\nhost: juno\r\ncontent-type: application/json\r\n` +
  `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** One reply of a keep-alive connection. */
function oneReply(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const onData = (chunk: Buffer) => {
      text += chunk;
      const head = text.indexOf("\r\n\r\n");
      const length = /content-length: (\d+)/.exec(text)?.[1];
      if (head < 0 || length === undefined || text.length < head + 4 + Number(length)) return;
      socket.off("data", onData);
      resolve(text);
    };
    socket.on("data", onData);
  });
}

describe("limits", () => {
  it("closes a connection whose headers do not arrive in time (A13)", async () => {
    const { under, port } = await listening({ http: { headerTimeoutMs: 30, checkIntervalMs: 10 } });
    const socket = await connected(port);
    socket.write("GET /api/v1/livez HTTP/1.1\r\n");
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_too_slow"/);
    await under.server.close();
  });

  it("closes a connection whose body does not arrive in time (A13)", async () => {
    const limits = { headerTimeoutMs: 30, requestTimeoutMs: 60, checkIntervalMs: 10 };
    const { under, port } = await listening({ http: limits });
    const socket = await connected(port);
    socket.write(post("/commands", "x".repeat(100)).slice(0, -50));
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 408 /);
    await under.server.close();
  });

  it("troubles nobody when a client goes away in the middle of its request", async () => {
    const { under, port } = await listening();
    const socket = await connected(port);
    socket.write(post("/commands", "x".repeat(100)).slice(0, -50));
    const openRequests = async () => {
      const { body } = await under.server.app.inject({ url: "/api/v1/metrics" });
      return /^juno_http_requests_open (\d+)$/m.exec(body)?.[1];
    };
    await expect.poll(openRequests).toBe("2");
    socket.destroy();
    await expect.poll(openRequests).toBe("1");
    expect(under.failures).toEqual([]);
    await under.server.close();
  });

  it("answers a body that is too large while it still comes, and reads the rest to no end (A13)", async () => {
    const { under, port } = await listening({ http: { requestBytesMax: 1000 } });
    const socket = await connected(port);
    const body = "x".repeat(5000);
    const [first, rest] = [post("/commands", body).slice(0, 500), post("/commands", body).slice(500)];
    socket.write(first);
    expect(await oneReply(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"body_too_large"/);
    socket.write(rest + get("/livez"));
    expect(await oneReply(socket)).toMatch(/^HTTP\/1\.1 200 /);
    // Beyond what anybody sends by mistake, the connection is closed.
    socket.write(post("/commands", "").replace("content-length: 0", "content-length: 9000"));
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 413 /);
    await under.server.close();
  });

  it("keeps a connection open between requests, and takes no more connections than it may (A13)", async () => {
    const { under, port } = await listening({ http: { connectionsMax: 2 } });
    const [first, second] = [await connected(port), await connected(port)];
    for (const socket of [first, second, first, second]) {
      socket.write(get("/livez"));
      expect(await oneReply(socket)).toMatch(/^HTTP\/1\.1 200 /);
    }
    const third = await connected(port);
    third.on("error", () => undefined);
    expect(await untilClosed(third).catch(() => "")).toBe("");
    first.destroy();
    second.destroy();
    await under.server.close();
  });

  it("refuses bodies beyond what may be under way, before reading them (A13)", async () => {
    const { under, port } = await listening({ http: { requestBytesOpenMax: 100 } });
    const socket = await connected(port);
    socket.write(post("/commands", "x".repeat(200)));
    expect(await oneReply(socket)).toMatch(/^HTTP\/1\.1 429 [\s\S]*"code":"too_many_requests"/);
    socket.destroy();
    await under.server.close();
  });

  it("gives back what a request held when its client goes away while it waits", async () => {
    const { under, port } = await listening({ commitsAtOnce: false, http: { requestsMax: 1 } });
    const { json } = under.command(["wjm"], [createAccount("wjm")]);
    const waiting = await connected(port);
    waiting.write(post("/commands?wait=committed", JSON.stringify(json)));
    await expect.poll(() => under.server.waits.size).toBe(1);
    const socket = await connected(port);
    socket.write(get("/livez"));
    expect(await oneReply(socket)).toMatch(/^HTTP\/1\.1 429 /);
    waiting.destroy();
    await expect
      .poll(async () => {
        socket.write(get("/livez"));
        return (await oneReply(socket)).slice(0, 12);
      })
      .toBe("HTTP/1.1 200");
    socket.destroy();
    await under.server.close();
  });
});

describe("closing", () => {
  it("answers who waits, refuses who comes, and ends idle connections", async () => {
    const { under, port } = await listening({ commitsAtOnce: false });
    const { json } = under.command(["wjm"], [createAccount("wjm")]);
    const [waiting, idle] = [await connected(port), await connected(port)];
    idle.write(get("/livez"));
    await oneReply(idle);
    waiting.write(post("/commands?wait=committed", JSON.stringify(json)));
    await expect.poll(() => under.server.waits.size).toBe(1);
    const answered = untilClosed(waiting);
    const ended = untilClosed(idle);
    await under.server.close();
    expect(await answered).toMatch(/^HTTP\/1\.1 202 [\s\S]*"state":"pending"/);
    expect(await ended).toBe("");
    await expect(connected(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("does not wait for ever for a client that does not read", async () => {
    const { under, port } = await listening({ http: { closeTimeoutMs: 20 } });
    const socket = await connected(port);
    socket.write(post("/commands", "x".repeat(100)).slice(0, -50));
    await expect.poll(() => under.server.app.server.listening).toBe(true);
    const ended = untilClosed(socket).catch(() => "");
    await under.server.close();
    await ended;
  });

  it("says plainly that its port is taken", async () => {
    const { under, port } = await listening();
    const other = await pretendNetwork();
    const failure = other.server.listen({ host: "127.0.0.1", port });
    await expect(failure).rejects.toMatchObject({ code: "address_in_use" });
    await expect(failure).rejects.toThrow(`127.0.0.1:${port}`);
    await under.server.close();
    await other.server.close();
  });
});
