/** What the walk says of a stream whose messages do not add up. */

import type { VigilClient } from "@vigil/client";
import { expect, test } from "vitest";
import { walk } from "./walk.ts";

interface Step {
  messages: number;
  waiting: number;
  stored: number;
  outOfTurn: number;
}

/** A system without events, but for a stream that answers so: a step a walk, the last one for ever. */
function clientOf(...steps: Step[]): VigilClient {
  const common = { nextAfter: null, upTo: "9", findings: [] };
  let walks = 0;
  return {
    verify: {
      ledger: { query: async () => ({ rows: 0, counts: {}, ...common }) },
      stream: { query: async () => ({ ...steps[Math.min(walks++, steps.length - 1)], ...common }) },
      spools: { query: async () => ({ spools: [] }) },
    },
  } as unknown as VigilClient;
}

const verified = (...steps: Step[]) => walk(clientOf(...steps), () => undefined);
const clean = { messages: 7, waiting: 2, stored: 9, outOfTurn: 0 };

test("all are looked up or wait: nothing is to be said", async () => {
  const stream = { checked: 7, waiting: 2, unseen: 0 };
  expect(await verified(clean)).toMatchObject({ ok: true, problems: [], stream });
  // Published between the two questions.
  expect(await verified({ ...clean, stored: 8 })).toMatchObject({ ok: true, stream });
});

test("what was acknowledged behind a message that waits is counted", async () => {
  const stream = { checked: 7, waiting: 2, unseen: 3 };
  expect(await verified({ ...clean, stored: 12, outOfTurn: 3 })).toMatchObject({ ok: true, stream });
});

test("what left the stream meanwhile is no gap: it is walked again", async () => {
  const stream = { checked: 7, waiting: 2, unseen: 0 };
  expect(await verified({ ...clean, stored: 12 }, clean)).toMatchObject({ ok: true, problems: [], stream });
});

test("a walk that did not come by what is there is no proof", async () => {
  const { ok, problems, stream } = await verified({ messages: 0, waiting: 0, stored: 12, outOfTurn: 4 });
  expect({ ok, stream }).toEqual({ ok: false, stream: { checked: 0, waiting: 0, unseen: 12 } });
  expect(problems).toEqual([
    expect.stringMatching(
      /^12 messages of the event stream neither wait nor were they looked at, and at most 4 /,
    ),
  ]);
});
