/**
 * An alarm of a real Aodh passes a real Keystone and becomes a plan. In the order of the life of an installation: it
 * works, a sender without the role is refused, a token is revoked, Keystone goes away and comes back.
 */

import { findFreePort } from "@vigil/embedded";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import { type System, startSystem } from "../harness/system.ts";
import { DevCloud, type DevUser } from "./dev-cloud.ts";

const EVENT_TYPE = "compute.instance.update";
/** Short, so that the test sees the end of a cached token. */
const TOKEN_CACHE_S = 8;
const WAIT_MS = 60_000;
/** After which an event counts as missed by Aodh; it takes half a second on an idle machine. */
const EVENT_PATIENCE_MS = 10_000;

let cloud: DevCloud;
let system: System;
let edge: RoleProcess;

beforeAll(async () => {
  const apiPort = await findFreePort();
  cloud = new DevCloud(apiPort);
  await cloud.up();
  system = await startSystem();
  const env = { ...(await cloud.env("vigil")), VIGIL_TOKEN_CACHE_TIME_S: String(TOKEN_CACHE_S) };
  await system.start("state");
  const [, api, started] = await Promise.all([
    system.start("worker"),
    system.start("api", { ...env, VIGIL_HTTP_PORT: String(apiPort) }),
    system.start("edge", env),
  ]);
  edge = started;
  const { id } = await cloud.token("operator");
  const cluster = syntheticCluster({ nodes: 3, instances: 12, seed: 1 });
  await system.importModel(api, cluster, { "x-auth-token": id });
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(async () => {
  await system?.stop();
  await cloud?.wipe();
});

/** An EVENT audit made by the command line client, and an event alarm that posts to it. */
async function watchedAudit(name: string, alarmOwner: DevUser): Promise<{ uuid: string; alarm: string }> {
  const audit = await cloud.openstack(
    "operator",
    ...["optimize", "audit", "create", "--audit_type", "EVENT", "--goal", "dummy", "--strategy", "dummy"],
    ...["--name", name, "-f", "json"],
  );
  const alarm = await cloud.openstack(
    alarmOwner,
    ...["alarm", "create", "--name", name, "--type", "event", "--event-type", EVENT_TYPE],
    ...["--repeat-actions", "True", "--alarm-action", `${trustUrl()}/v1/webhooks/${name}`, "-f", "json"],
  );
  return { uuid: audit.UUID, alarm: alarm.alarm_id };
}

function trustUrl(): string {
  return edge.healthUrl.replace("http://", "trust+http://");
}

let posted = 0;

/** A webhook with a body of its own: equal ones, seconds apart, are the same occurrence and not counted twice. */
async function post(audit: string, token: string): Promise<number> {
  posted += 1;
  const headers = { "x-auth-token": token, "content-type": "application/json" };
  const answer = await fetch(`${edge.healthUrl}/v1/webhooks/${audit}`, {
    method: "POST",
    headers,
    body: JSON.stringify({ posted }),
  });
  return answer.status;
}

/** The edge's own log lines of refused webhooks, newest last. */
function refusals(status: number): string[] {
  return edge.log.filter((line) => line.includes(`"status":${status}`));
}

/**
 * Publishes events until the alarm's effect is seen: Aodh's listener keeps a project's alarms for a moment, so one that
 * was just made may miss the first.
 */
async function publishUntil(what: string, projectId: string, isSeen: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    await cloud.publishEvent(EVENT_TYPE, projectId);
    const seen = await until(what, isSeen, EVENT_PATIENCE_MS).then(
      () => true,
      (thrown: unknown) => {
        if (performance.now() > deadline) throw thrown;
        return false;
      },
    );
    if (seen) return;
  }
}

describe("a real alarm", () => {
  it("passes Keystone and policy and becomes a plan that the client lists", async () => {
    const { uuid } = await watchedAudit("night-watch", "operator");
    const { projectId } = await cloud.token("operator");
    const hasPlan = async () => (await system.count("action_plan", uuid)) > 0;
    await publishUntil("a plan of the alarm", projectId, hasPlan);
    const plans = await cloud.openstack(
      "operator",
      ...["optimize", "actionplan", "list", "--audit", uuid, "-f", "json"],
    );
    expect(plans[0]).toMatchObject({ Audit: uuid, State: "RECOMMENDED" });

    const [event] = await system.rows<{ body: Buffer; sender: Record<string, string>; format: string }>(
      "select body, sender, format from event where audit_id = (select id from audit where uuid = $1)",
      [uuid],
    );
    expect(event?.format).toBe("aodh");
    expect(JSON.parse(event!.body.toString())).toMatchObject({
      alarm_name: "night-watch",
      current: "alarm",
      reason_data: { type: "event", event: { event_type: EVENT_TYPE } },
    });
    expect(event?.sender).toMatchObject({ project_id: projectId });
    expect(event?.sender.trust_id).toBeTruthy();
  });

  it("of a user without the role is refused with 403 and becomes nothing", async () => {
    const { uuid } = await watchedAudit("no-right", "member");
    const { projectId } = await cloud.token("member");
    const before = refusals(403).length;
    await publishUntil("the edge refuses the alarm", projectId, async () => refusals(403).length > before);
    expect(await system.count("event", uuid)).toBe(0);
    expect(await system.count("action_plan", uuid)).toBe(0);
  });
});

describe("tokens", () => {
  it("the role service may trigger, and nothing else", async () => {
    const { id } = await cloud.token("trigger");
    expect(await post("night-watch", id)).toBe(202);
    await expect(cloud.openstack("trigger", "optimize", "audit", "list", "-f", "json")).rejects.toThrow(
      /403/,
    );
  });

  it("a revoked token that nobody has used is refused at once, a cached one when its cache time is over", async () => {
    const fresh = await cloud.token("operator");
    const used = await cloud.token("operator");
    expect(await post("night-watch", used.id)).toBe(202);
    for (const { id } of [fresh, used]) await cloud.openstack("operator", "token", "revoke", id);
    expect(await post("night-watch", fresh.id)).toBe(401);
    await until(
      "the revoked token is refused",
      async () => (await post("night-watch", used.id)) === 401,
      WAIT_MS,
    );
  });

  it("Keystone stopped: cached tokens live on, unknown ones get 503; what was accepted becomes a plan", async () => {
    const audit = "through-the-outage";
    // No alarm posts to it: its ledger has what is accepted here, and nothing else.
    const { UUID: uuid } = await cloud.openstack(
      "operator",
      ...["optimize", "audit", "create", "--audit_type", "EVENT", "--goal", "dummy", "--strategy", "dummy"],
      ...["--name", audit, "-f", "json"],
    );
    const cached = await cloud.token("operator");
    const unknown = await cloud.token("operator");
    const answers = [await post(audit, cached.id)];
    await cloud.stop("keystone");
    try {
      for (let time = 0; time < 3; time += 1) answers.push(await post(audit, cached.id));
      expect(await post(audit, unknown.id)).toBe(503);
    } finally {
      await cloud.start("keystone");
    }
    expect(answers).toEqual([202, 202, 202, 202]);
    // 202 meant stored: each accepted webhook has its row, the row its run, and the run its plan.
    const ledger = () =>
      system.rows<{ fate: string; plan: string | null }>(
        `select e.fate, p.state as plan from event e join audit a on a.id = e.audit_id
         left join action_plan p on p.run_id = e.run_id where a.uuid = $1 order by e.id`,
        [uuid],
      );
    await until(
      "as many events as were accepted, none of them on the way",
      async () => {
        const rows = await ledger();
        return (
          rows.length >= answers.length && rows.every(({ fate }) => !["WAITING", "LEASED"].includes(fate))
        );
      },
      WAIT_MS,
    );
    const rows = await ledger();
    expect(rows.map(({ fate }) => fate)).toEqual(answers.map(() => "DONE"));
    expect(rows.filter(({ plan }) => plan === null)).toEqual([]);
    await until("Keystone is asked again", async () => (await post(audit, unknown.id)) === 202, WAIT_MS);
  });
});
