/**
 * Requests written by hand that two servers in a row could read in two ways, or that are no HTTP at all: each is refused,
 * the connection ends, and nothing after it on the same connection is taken for a request.
 */

import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorAnswer, sendAnswer } from "./answer.ts";
import { readBody } from "./body.ts";
import { type Listener, startListener } from "./listener.ts";

const END_MS = 5_000;

let listener: Listener;
/** What was taken whole: path and body. */
const stored: string[] = [];

beforeAll(async () => {
  listener = await startListener({
    host: "127.0.0.1",
    port: 0,
    probe: () => undefined,
    logger: { warn() {}, error() {} },
    limits: { headersTimeoutMs: 500, idleTimeoutMs: 200 },
    routes: [
      {
        continuesItself: true,
        handles: () => true,
        handle: (request, response, { path }) => {
          readBody(request, response, { bytesMax: 1_000, timeoutMs: 500 }).then(
            (body) => {
              stored.push(`${path} ${Buffer.from(body).toString("latin1")}`);
              sendAnswer(response, { status: 202, headers: {}, body: {} });
            },
            (error: unknown) => sendAnswer(response, errorAnswer(error, "")),
          );
        },
      },
    ],
  });
});
afterAll(() => listener.stop());

/** Sends bytes, and gives all that came back when the server has closed the connection. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(listener.port, "127.0.0.1", () => socket.write(Buffer.from(bytes, "latin1")));
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection was not closed; received: ${received}`));
    }, END_MS);
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      received += chunk;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(received);
    });
  });
}

const POST = "POST /v1/x HTTP/1.1\r\nhost: a\r\n";
const SMUGGLED = "POST /v1/smuggled HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nxyz";

const REFUSED: [string, string][] = [
  ["a length and a coding", `${POST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["a coding and a length", `${POST}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n`],
  ["two lengths that differ", `${POST}content-length: 3\r\ncontent-length: 0\r\n\r\nabc`],
  ["two lengths that agree", `${POST}content-length: 3\r\ncontent-length: 3\r\n\r\nabc`],
  ["a list of lengths", `${POST}content-length: 3, 3\r\n\r\nabc`],
  ["a length with a sign", `${POST}content-length: +3\r\n\r\nabc`],
  ["a negative length", `${POST}content-length: -1\r\n\r\n`],
  ["a length in hexadecimal", `${POST}content-length: 0x3\r\n\r\nabc`],
  ["an empty length", `${POST}content-length: \r\n\r\nabc`],
  ["a length beyond all numbers", `${POST}content-length: 99999999999999999999\r\n\r\nabc`],
  ["an unknown coding", `${POST}transfer-encoding: cow\r\n\r\nabc`],
  ["coding identity", `${POST}transfer-encoding: identity\r\n\r\nabc`],
  ["chunked not last", `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  ["chunked, misspelt", `${POST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ["chunked behind a tab of its own", `${POST}transfer-encoding:\x0bchunked\r\n\r\n0\r\n\r\n`],
  ["a coding in HTTP/1.0", "POST /v1/x HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["a folded header", `${POST}x-a: b\r\n c\r\ncontent-length: 3\r\n\r\nabc`],
  ["a folded coding", `${POST}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
  ["a space before the colon", `${POST}content-length : 3\r\n\r\nabc`],
  ["a header that begins with a space", "POST /v1/x HTTP/1.1\r\n host: a\r\ncontent-length: 3\r\n\r\nabc"],
  ["a bare LF between headers", `${POST}content-length: 3\nx-a: b\r\n\r\nabc`],
  ["bare LFs everywhere", "POST /v1/x HTTP/1.1\nhost: a\ncontent-length: 3\n\nabc"],
  ["a bare CR in a header", `${POST}x-a: b\rtransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\nabc`],
  ["a NUL in a header", `${POST}x-a: b\0c\r\ncontent-length: 3\r\n\r\nabc`],
  ["a header without a colon", `${POST}nonsense\r\ncontent-length: 3\r\n\r\nabc`],
  ["a header without a name", `${POST}: b\r\ncontent-length: 3\r\n\r\nabc`],
  ["a chunk length with a prefix", `${POST}transfer-encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n`],
  [
    "a chunk length beyond all numbers",
    `${POST}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n`,
  ],
  [
    "a chunk that goes on after its length",
    `${POST}transfer-encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n`,
  ],
  ["a chunk that ends with a bare LF", `${POST}transfer-encoding: chunked\r\n\r\n3\nabc\n0\n\n`],
  ["a bare LF in a chunk extension", `${POST}transfer-encoding: chunked\r\n\r\n3;a\nabc\r\n0\r\n\r\n`],
  ["no Host", "POST /v1/x HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc"],
  ["two Hosts", `${POST}host: b\r\ncontent-length: 3\r\n\r\nabc`],
  [
    "a whole address of another host",
    "POST http://b/v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc",
  ],
  ["a target that is a host", "POST a:80 HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"],
  ["a target without a slash", "POST v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"],
  ["a star for a POST", "POST * HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"],
  ["a space in the target", "POST /v1/x y HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"],
  ["an address of another kind", "POST ftp://a/v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"],
  ["CONNECT", "CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n"],
  ["HTTP/0.9", "GET /v1/x\r\n\r\n"],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["another version", "POST /v1/x HTTP/3.7\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"],
  ["TLS to a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ["no HTTP at all", "\0\0\0\0\r\n\r\n"],
];

describe("refused, and nothing is taken", () => {
  test.concurrent.each(REFUSED)("%s", async (name, bytes) => {
    const path = `/v1/${name.replaceAll(" ", "-")}`;
    const answer = await exchange(`${bytes.replace("/v1/x", path)}${SMUGGLED.replace("/v1/", `${path}/`)}`);
    const statuses = answer.match(/HTTP\/1\.1 \d{3}/g) ?? [];
    expect(statuses.filter((status) => !/ 4\d\d$/.test(status))).toEqual([]);
    expect(statuses.length).toBeLessThanOrEqual(1);
    if (statuses.length === 1) expect(answer.toLowerCase()).toContain("connection: close");
  });

  test("nothing of all that was stored", () => expect(stored).toEqual([]));
});

describe("taken, for it can be read in one way only", () => {
  test.each<[string, string, string[]]>([
    [
      "two requests one after the other",
      `${POST}content-length: 3\r\n\r\nabc${SMUGGLED}`,
      ["/v1/x abc", "/v1/smuggled xyz"],
    ],
    [
      "a whole address of the host itself",
      "POST http://A/v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc",
      ["/v1/x abc"],
    ],
    [
      "chunks with an extension, which nobody heeds",
      `${POST}transfer-encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n`,
      ["/v1/x abc"],
    ],
    ["HTTP/1.0", "POST /v1/x HTTP/1.0\r\ncontent-length: 3\r\n\r\nabc", ["/v1/x abc"]],
    [
      "a wish to upgrade, which nobody heeds",
      `${POST}connection: upgrade\r\nupgrade: h2c\r\ncontent-length: 3\r\n\r\nabc`,
      ["/v1/x abc"],
    ],
  ])("%s", async (_, bytes, taken) => {
    stored.length = 0;
    await exchange(bytes);
    expect(stored).toEqual(taken);
  });
});
