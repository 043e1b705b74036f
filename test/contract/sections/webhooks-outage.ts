/** 8.4, row 14: nothing can store the event. Stops the broker that all sections share, so it is the last of them. */

import { until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "../../harness/role-process.ts";
import { type Answer, call, outcome } from "../calls.ts";
import { contract } from "../contract.ts";
import { newAudit } from "../given.ts";

/** The smallest spool that can be set, bytes. */
const SPOOL_BYTES = 1024 * 1024;
/** Some tens of webhooks fill it. */
const PADDING = "x".repeat(48 * 1024);

describe("8.4 webhooks, the broker away and the spool full", () => {
  let small: RoleProcess;
  beforeAll(async () => {
    small = await contract().system.start("edge", { VIGIL_EDGE_SPOOL_BYTES_MAX: String(SPOOL_BYTES) });
  });
  afterAll(() => small.kill("SIGKILL"));

  it("row 14: is 503 in the envelope, and the ledger gets just what was 202", async () => {
    const { system } = contract();
    const { uuid } = await newAudit({ force: true });
    let serial = 0;
    const post = (): Promise<Answer> => {
      serial += 1;
      const at = new URL(small.healthUrl);
      return call(`POST /v1/webhooks/${uuid}`, { at, version: null, body: { serial, padding: PADDING } });
    };
    // Known to this edge before it can no longer ask.
    const accepted = [eventIdOf(await until("the audit known", async () => taken(await post())))];
    await system.killNats();
    const refused = await until("a webhook refused", async () => {
      const answer = await post();
      if (answer.status !== 202) return answer;
      accepted.push(eventIdOf(answer));
    });
    expect(outcome(refused)).toEqual([503, expect.stringContaining("The alarm could not be stored")]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.headers["vigil-event-id"]).toBeUndefined();
    // Others went to the spool before it was full.
    expect(accepted.length).toBeGreaterThan(1);

    await system.startNatsAgain();
    const ledger = async () =>
      system.rows<{ id: string; fate: string }>(
        "select e.event_id::text as id, e.fate from event e join audit a on a.id = e.audit_id where a.uuid = $1",
        [uuid],
      );
    await until("all that was accepted done", async () => {
      const done = (await ledger()).filter(({ fate }) => fate === "DONE");
      return done.length >= accepted.length;
    });
    await until("room again", async () => {
      const answer = await post();
      if (answer.status === 202) accepted.push(eventIdOf(answer));
      return answer.status === 202;
    });
    await until("the last one done too", async () => {
      const rows = await ledger();
      return rows.length >= accepted.length && rows.every(({ fate }) => fate === "DONE");
    });
    expect((await ledger()).map(({ id }) => id).sort()).toEqual(accepted.toSorted());
  });
});

const taken = (answer: Answer) => answer.status === 202 && answer;
const eventIdOf = ({ headers }: Answer) => String(headers["vigil-event-id"]);
