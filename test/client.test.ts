/** The typed client against whole processes: subscriptions that outlive the API, tokens that are renewed. */

import { createVigilClient, isVigilError, type VigilClient } from "@vigil/client";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

let system: System;
let api: RoleProcess;
let client: VigilClient;

beforeAll(async () => {
  system = await startSystem();
  ({ api } = await system.startAll());
  client = createVigilClient({ url: api.healthUrl, token: system.token });
  await client.model.import.mutate({
    content: JSON.stringify(syntheticCluster({ nodes: 5, instances: 20, seed: 1 })),
  });
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

const newAudit = () => client.audits.create.mutate({ auditType: "EVENT", goal: "dummy", strategy: "dummy" });

describe("calls", () => {
  it("made together are each answered, more than fit one batch too", async () => {
    const { uuid } = await newAudit();
    const calls = Array.from({ length: 45 }, (_, n) =>
      client.audits.get.query({ audit: n % 3 === 0 ? `nobody ${n}` : uuid }),
    );
    const answers = await Promise.allSettled(calls);
    for (const [n, answer] of answers.entries()) {
      if (n % 3 !== 0) expect(answer).toMatchObject({ status: "fulfilled", value: { uuid } });
      else expect(answer).toMatchObject({ status: "rejected", reason: { data: { kind: "not-found" } } });
    }
  });

  it("tell by kind what is wrong, and whether anybody answered at all", async () => {
    const error = await client.audits.get.query({ audit: "nobody" }).catch((thrown: unknown) => thrown);
    expect(isVigilError(error) && error.data?.kind).toBe("not-found");
    const nobody = createVigilClient({ url: "http://127.0.0.1:1", token: "x" });
    const lost = await nobody.model.current.query().catch((thrown: unknown) => thrown);
    expect(isVigilError(lost)).toBe(true);
    expect(isVigilError(lost) && lost.data).toBeFalsy();
  });

  it("ask for a fresh token once when theirs is refused", async () => {
    const asked: boolean[] = [];
    const renewing = createVigilClient({
      url: api.healthUrl,
      getToken: ({ refused }) => {
        asked.push(refused);
        return refused ? system.token : "has-ended";
      },
    });
    expect(await renewing.model.current.query()).not.toBeNull();
    expect(asked).toEqual([false, true]);

    const hopeless = createVigilClient({ url: api.healthUrl, getToken: () => "never-valid" });
    await expect(hopeless.model.current.query()).rejects.toMatchObject({ data: { kind: "unauthenticated" } });
  });
});

describe("a subscription", () => {
  it("goes on after the API was killed and started again: nothing missed, nothing twice", async () => {
    const names: string[] = [];
    const subscription = client.changes.subscribe(
      { kinds: ["audit"] },
      { onData: ({ data }) => void names.push(data.kind === "audit" ? data.name : data.kind) },
    );
    try {
      await until("the position", () => names.length === 1);
      const before = await newAudit();
      await until("the first audit", () => names.includes(before.name));

      await api.kill("SIGKILL");
      const other = await system.start("api");
      const elsewhere = createVigilClient({ url: other.healthUrl, token: system.token });
      const meanwhile = await Promise.all(
        [1, 2, 3].map(() => elsewhere.audits.create.mutate({ auditType: "EVENT", goal: "dummy" })),
      );
      await system.spawn("api", { VIGIL_HTTP_PORT: new URL(api.healthUrl).port });
      await until("the API at its old port", async () => (await fetch(`${api.healthUrl}/readyz`)).ok);
      const after = await newAudit();

      await until("the audit made after the restart", () => names.includes(after.name));
      expect(names.filter((name) => name === "position")).toHaveLength(1);
      for (const { name } of [before, ...meanwhile, after]) {
        expect(names.filter((one) => one === name)).toHaveLength(1);
      }
    } finally {
      subscription.unsubscribe();
    }
  });

  it("tells of a plan when an audit is triggered", async () => {
    const { uuid: auditUuid } = await newAudit();
    const planUuid = await new Promise<string>((resolve, reject) => {
      const subscription = client.changes.subscribe(
        { auditUuid },
        {
          onError: reject,
          onData({ data: change }) {
            if (change.kind === "position") client.audits.trigger.mutate({ audit: auditUuid }).catch(reject);
            if (change.kind !== "action_plan") return;
            subscription.unsubscribe();
            resolve(change.uuid);
          },
        },
      );
    });
    const plan = await client.plans.get.query({ uuid: planUuid });
    expect(plan.actions.map(({ actionType }) => actionType)).toEqual(["nop", "nop", "sleep"]);
    const { items } = await client.runs.list.query({ auditUuid });
    expect(items).toMatchObject([{ state: "SUCCEEDED", actionPlanUuid: planUuid }]);
  });

  it("does not keep the API's process: it is gone within seconds of SIGTERM", async () => {
    const leaving = await system.start("api");
    const subscriber = createVigilClient({ url: leaving.healthUrl, token: system.token });
    await new Promise<void>((resolve, reject) => {
      const subscription = subscriber.changes.subscribe(
        {},
        {
          onError: reject,
          onData() {
            const sent = performance.now();
            leaving
              .kill("SIGTERM")
              .then(() => expect(performance.now() - sent).toBeLessThan(5_000))
              .then(resolve, reject)
              .finally(() => subscription.unsubscribe());
          },
        },
      );
    });
    expect(await leaving.exited).toEqual({ code: 0, signal: null });
  });

  it("ends with an error where it can never succeed", async () => {
    const member = system.keystone.issueToken({ user: "demo", project: "demo", roles: ["member"] });
    const error = await new Promise((resolve) => {
      createVigilClient({ url: api.healthUrl, token: member }).changes.subscribe({}, { onError: resolve });
    });
    expect(error).toMatchObject({ data: { kind: "forbidden" } });
  });
});
