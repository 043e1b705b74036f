/** What only a real connection shows: whether the sender of a refused body gets to read why. */

import {
  createAuthenticator,
  createPolicy,
  DEFAULT_POLICY_RULES,
  type Listener,
  startListener,
} from "@vigil/http";
import { connectState, type StateClient } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_MODEL } from "../testing/no-model.ts";
import { createRestApp } from "./app.ts";
import { REST_BODY_BYTES_MAX } from "./body.ts";

let state: StateClient;
let app: FastifyInstance;
let listener: Listener;

beforeAll(async () => {
  const logger = createLogger({ role: "api", level: "silent" });
  // Nobody listens: no request of these gets through to it.
  state = connectState({ address: "127.0.0.1:1" });
  app = await createRestApp({
    records: state.records,
    edits: state.edits,
    newest: NO_MODEL,
    authenticator: createAuthenticator({ mode: "none" }),
    policy: createPolicy(DEFAULT_POLICY_RULES),
    logger,
  });
  const routes = [{ handles: () => true, handle: app.routing }];
  listener = await startListener({ host: "127.0.0.1", port: 0, routes, probe: () => undefined, logger });
});

afterAll(async () => {
  await listener.stop();
  await app.close();
  state.close();
});

const BYTES = 4 * REST_BODY_BYTES_MAX;

function chunked(): ReadableStream<Uint8Array> {
  let left = BYTES;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(65_536).fill(0x20));
      left -= 65_536;
      if (left <= 0) controller.close();
    },
  });
}

test.each([
  ["with its length said", `${BYTES} bytes`, () => new Uint8Array(BYTES).fill(0x20)],
  ["in chunks", `more than ${REST_BODY_BYTES_MAX} bytes`, chunked],
])("an oversize body %s is 413, not a reset that eats the answer", async (_how, seen, body) => {
  const headers = { "x-roles": "admin", "content-type": "application/json" };
  const init = { method: "POST", headers, body: body(), duplex: "half" } as RequestInit;
  const answer = await fetch(`${listener.url}/v1/audits`, init);
  expect(answer.status).toBe(413);
  expect(await answer.text()).toContain(
    `The body has ${seen}; at most ${REST_BODY_BYTES_MAX} are taken here.`,
  );
  // Closed while the sender writes is reset. This client reads as it writes and would not notice; most don't.
  expect(answer.headers.get("connection")).not.toBe("close");
});
