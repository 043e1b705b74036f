/**
 * 10: options. What each row becomes in Vigil is asked of `vigil config import`, its default of `vigil config print`;
 * what HTTP shows of a row is asked of processes that were started with the option and without.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { bareEnv, makeCertificates, until } from "@vigil/testkit";
import { Agent, fetch as fetchWith } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callProgram } from "../../harness/cli.ts";
import type { Role, RoleProcess } from "../../harness/role-process.ts";
import { type CallOptions, call, outcome, patch } from "../calls.ts";
import { ALLOWED_ORIGIN, contract, SMALL_PAGE } from "../contract.ts";
import { newAudit, newPlan, newTemplate, tokenOf, UNAUTHORIZED } from "../given.ts";

/** Not Watcher's 2: a thread per core, and one core for what keeps them busy. */
const WORKER_THREADS = Math.max(1, availableParallelism() - 1);

/** Group, option, a value for it, the setting that takes it, and that setting's default. */
const CARRIED = [
  ["DEFAULT", "enable_authentication", "true", "VIGIL_AUTH", "keystone"],
  ["DEFAULT", "host", "here", "VIGIL_HOST_NAME", hostname()],
  ["DEFAULT", "debug", "false", "VIGIL_LOG_LEVEL", "info"],
  ["api", "port", "9322", "VIGIL_HTTP_PORT", 9322],
  ["api", "host", "127.0.0.1", "VIGIL_HTTP_HOST", "127.0.0.1"],
  ["api", "max_limit", "1000", "VIGIL_MAX_LIMIT", 1000],
  ["api", "enable_webhooks_auth", "true", "VIGIL_ENABLE_WEBHOOKS_AUTH", true],
  ["watcher_decision_engine", "max_audit_workers", "2", "VIGIL_WORKER_THREADS", WORKER_THREADS],
  ["watcher_decision_engine", "action_plan_expiry", "24", "VIGIL_ACTION_PLAN_EXPIRY_HOURS", 24],
  ["watcher_decision_engine", "check_periodic_interval", "1800", "VIGIL_CHECK_PERIODIC_INTERVAL_S", 1800],
  ["watcher_applier", "workers", "1", "VIGIL_APPLIER_PLANS_MAX", 1],
  ["cors", "allowed_origin", "https://here.example", "VIGIL_CORS_ALLOWED_ORIGIN", null],
  ["oslo_policy", "policy_file", "policy.yaml", "VIGIL_POLICY_FILE", null],
  ["oslo_middleware", "enable_proxy_headers_parsing", "false", "VIGIL_ENABLE_PROXY_HEADERS_PARSING", false],
] as const;

/** Group, option, a value for it: those that Vigil has no setting for, and tells why. */
const LEFT = [
  ["DEFAULT", "periodic_interval", "60"],
  ["DEFAULT", "service_down_time", "90"],
  ["api", "workers", "4"],
  ["api", "enable_ssl_api", "false"],
  ["watcher_decision_engine", "conductor_topic", "watcher.decision.control"],
  ["watcher_decision_engine", "notification_topics", "nova.versioned_notifications"],
  ["watcher_decision_engine", "publisher_id", "watcher.decision.api"],
  ["watcher_decision_engine", "max_general_workers", "4"],
  ["watcher_decision_engine", "metric_map_path", "/etc/watcher/metric_map.yaml"],
  ["watcher_decision_engine", "continuous_audit_interval", "10"],
  ["watcher_applier", "conductor_topic", "watcher.applier.control"],
  ["watcher_applier", "publisher_id", "watcher.applier.api"],
  ["watcher_applier", "workflow_engine", "taskflow"],
  ["watcher_applier", "rollback_when_actionplan_failed", "false"],
  ["watcher_planner", "planner", "weight"],
  ["collector", "collector_plugins", "compute, storage"],
  ["collector", "api_query_max_retries", "10"],
  ["collector", "api_query_interval", "1"],
  ["collector", "compute_resources_collector_timeout", "600"],
  ["compute_model", "enable_extended_attributes", "false"],
  ["database", "connection", "mysql+pymysql://watcher@127.0.0.1/watcher"],
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-contract-options-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("10 options of watcher.conf", () => {
  interface Imported {
    settings: { env: string; value: string; from: string }[];
    left: { from: string; reason: string }[];
    unknown: string[];
  }
  let imported: Imported;
  let printed: { env: string; value: unknown; source: string }[];
  const asked = async (...command: string[]) => {
    const { status, stdout, stderr } = await callProgram(bareEnv(), "config", ...command, "--json");
    expect([status, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout);
  };
  beforeAll(async () => {
    const file = join(folder, "watcher.conf");
    const lines = [...CARRIED, ...LEFT].map(([group, option, value]) => `[${group}]\n${option} = ${value}\n`);
    writeFileSync(file, lines.join(""));
    imported = await asked("import", file);
    printed = await asked("print");
  });

  it.each(CARRIED)(
    "row [%s] %s: %j is for %s, whose default is %j",
    (group, option, _value, env, standard) => {
      const from = `[${group}] ${option}`;
      expect(imported.settings.filter((one) => one.from === from).map((one) => one.env)).toEqual([env]);
      const setting = printed.find((one) => one.env === env);
      expect([setting?.source, setting?.value]).toEqual(["default", standard]);
    },
  );

  it.each(LEFT)("row [%s] %s: it is told why there is none", (group, option) => {
    const from = `[${group}] ${option}`;
    expect(imported.left.filter((one) => one.from === from)).toEqual([
      { from, reason: expect.stringMatching(/\w{3}/) },
    ]);
  });

  it("every row is known", () => expect(imported.unknown).toEqual([]));
});

describe("10 options of api and edge", () => {
  it("row [DEFAULT] enable_authentication: false asks for no token, true, the default, for one", async () => {
    const headers = { "x-roles": "admin" };
    expect((await call("GET /v1/goals", { token: null, headers })).body).toEqual(UNAUTHORIZED);
    expect((await call("GET /v1/goals", { token: null, headers, at: "open" })).status).toBe(200);
  });

  it("row [DEFAULT] debug: faults carry no detail by default", async () => {
    const { body } = await call("GET /v1/goals/nope");
    expect(JSON.parse(body.error_message).debuginfo).toBeNull();
  });

  it("row [api] max_limit: a page has no more, whatever is asked for, and next says so", async () => {
    const options: CallOptions = { at: "open", token: null, headers: { "x-roles": "admin" } };
    for (const query of ["", "?limit=1000"]) {
      const { body } = await call(`GET /v1/goals${query}`, options);
      expect(body.goals).toHaveLength(SMALL_PAGE);
      expect(new URL(body.next).searchParams.get("limit")).toBe(String(SMALL_PAGE));
    }
    expect((await call("GET /v1/goals?limit=1001")).body.goals.length).toBeGreaterThan(SMALL_PAGE);
  });

  it("row [api] enable_webhooks_auth: false asks webhooks for no token, true, the default, for one", async () => {
    const { uuid } = await newAudit();
    const options = { body: {}, token: null };
    expect((await call(`POST /v1/webhooks/${uuid}`, { ...options, at: "edge" })).body).toEqual(UNAUTHORIZED);
    expect((await call(`POST /v1/webhooks/${uuid}`, { ...options, at: "openEdge" })).status).toBe(202);
  });

  it("row [cors] allowed_origin: none by default; where it is set, that one alone", async () => {
    const allowed = async (at: "api" | "open", origin: string) =>
      (await call("GET /", { at, token: null, headers: { origin } })).headers["access-control-allow-origin"];
    expect(await allowed("api", ALLOWED_ORIGIN)).toBeUndefined();
    expect(await allowed("open", ALLOWED_ORIGIN)).toBe(ALLOWED_ORIGIN);
    expect(await allowed("open", "https://elsewhere.example")).not.toBe("https://elsewhere.example");
  });

  it("row [oslo_middleware] enable_proxy_headers_parsing: false, the default, believes no proxy", async () => {
    const headers = {
      "x-forwarded-proto": "https",
      "x-forwarded-host": "outside.example",
      "x-roles": "admin",
    };
    const selfAt = async (at: "api" | "open") =>
      (await call("GET /v1/goals/dummy", { at, headers, ...(at === "open" && { token: null }) })).body
        .links[0].href;
    expect(await selfAt("open")).toMatch(/^https:\/\/outside\.example[:/]/);
    expect(await selfAt("api")).toMatch(new RegExp(`^${contract().urls.api}/`));
  });

  describe("another api", () => {
    let api: RoleProcess;
    let at: URL;
    beforeAll(async () => {
      const policy = join(folder, "policy.yaml");
      writeFileSync(policy, '"goal:get_all": "role:reader"\n');
      api = await contract().system.spawn("api", { VIGIL_HTTP_HOST: "127.0.0.2", VIGIL_POLICY_FILE: policy });
      at = new URL(api.healthUrl.replace("127.0.0.1", "127.0.0.2"));
      await until("the api at its address", async () => (await call("GET /readyz", { at })).status === 200);
    });
    afterAll(() => api.kill("SIGKILL"));

    it("row [api] host: it listens there and nowhere else; by default on 127.0.0.1", async () => {
      expect((await call("GET /", { at })).status).toBe(200);
      await expect(call("GET /", { at: new URL(api.healthUrl) })).rejects.toThrow("ECONNREFUSED");
      const elsewhere = new URL(contract().urls.api.replace("127.0.0.1", "127.0.0.2"));
      await expect(call("GET /", { at: elsewhere })).rejects.toThrow("ECONNREFUSED");
    });

    it("row [oslo_policy] policy_file: its rules stand in for the default ones, which stay for the rest", async () => {
      const reader = tokenOf("reader");
      expect((await call("GET /v1/goals", { at, token: reader })).status).toBe(200);
      const denied = (rule: string) => [403, `Policy doesn't allow ${rule} to be performed.`];
      expect(outcome(await call("GET /v1/goals", { at }))).toEqual(denied("goal:get_all"));
      expect(outcome(await call("GET /v1/audits", { at, token: reader }))).toEqual(denied("audit:get_all"));
      expect(outcome(await call("GET /v1/goals", { token: reader }))).toEqual(denied("goal:get_all"));
    });
  });

  it("row [api] enable_ssl_api: with a certificate it speaks HTTPS alone, and links say https", async () => {
    const files = makeCertificates(folder);
    const agent = new Agent({ connect: { ca: readFileSync(files.ca) } });
    const tls = { VIGIL_HTTP_TLS_CERT: files.server.cert, VIGIL_HTTP_TLS_KEY: files.server.key };
    const api = await contract().system.spawn("api", tls);
    try {
      const url = `${api.healthUrl.replace("http:", "https:")}/v1/goals/dummy`;
      const headers = { "x-auth-token": contract().system.token };
      const answer = await until("an answer over HTTPS", async () => {
        const response = await fetchWith(url, { dispatcher: agent, headers });
        return response.status === 200 && ((await response.json()) as { links: { href: string }[] });
      });
      expect(answer.links[0]?.href).toMatch(/^https:\/\//);
      await expect(call("GET /", { at: new URL(api.healthUrl) })).rejects.toThrow();
    } finally {
      await agent.close();
      await api.kill("SIGKILL");
    }
  });
});

/** Does something while a process of that role and environment runs. */
async function during<T>(role: Role, env: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const process = await contract().system.start(role, env);
  try {
    return await work();
  } finally {
    await process.kill("SIGKILL");
  }
}

const planState = async (uuid: string): Promise<string> =>
  (await call(`GET /v1/action_plans/${uuid}`)).body.state;
const reached = (uuid: string, state: string) =>
  until(`plan ${uuid} ${state}`, async () => (await planState(uuid)) === state);

describe("10 options of workers, appliers and state", () => {
  const HOST = "contract-host";
  const service = async (name: string, host: string) =>
    (await call("GET /v1/services/detail")).body.services.find(
      (one: { name: string; host: string }) => one.name === name && one.host === host,
    );
  /** A plan that sleeps, started. */
  const started = async (seconds: number): Promise<string> => {
    const actions = [{ action_type: "sleep", input_parameters: { duration: seconds } }];
    const { uuid } = await newPlan({ goal: "unclassified", strategy: "actuator", parameters: { actions } });
    expect((await call(`POST /v1/action_plans/${uuid}/start`, { body: {} })).status).toBe(200);
    return uuid;
  };
  const aged = (uuid: string, hours: number) =>
    contract().system.rows(
      "update action_plan set created_at = clock_timestamp() - make_interval(hours => $2) where uuid = $1",
      [uuid, hours],
    );
  it("row [DEFAULT] periodic_interval: services are seen once a minute, before service_down_time is over", async () => {
    const sinceStartMs = async () => {
      const { created_at, last_seen_up } = await service("watcher-decision-engine", hostname());
      return Date.parse(`${last_seen_up}Z`) - Date.parse(created_at);
    };
    // What came before in this file took longer than a minute; where it did not, the first minute's end is waited for.
    const seenMs = await until(
      "a heartbeat",
      async () => (await sinceStartMs()) > 10_000 && sinceStartMs(),
      90_000,
    );
    const minutes = seenMs / 60_000;
    expect(Math.abs(minutes - Math.round(minutes))).toBeLessThan(0.2);
  });

  it("row [DEFAULT] host: in services and plans; by default the machine's name", async () => {
    const uuid = await during("applier", { VIGIL_HOST_NAME: HOST }, async () => {
      const plan = await started(0);
      await reached(plan, "SUCCEEDED");
      return plan;
    });
    expect((await call(`GET /v1/action_plans/${uuid}`)).body.hostname).toBe(HOST);
    expect(await service("watcher-applier", HOST)).toMatchObject({ host: HOST, status: "ACTIVE" });
    const { audit } = await newPlan();
    expect((await call(`GET /v1/audits/${audit}`)).body.hostname).toBe(hostname());
  });

  it("row [DEFAULT] service_down_time: 90 s after it was last seen a service shows FAILED", async () => {
    const seen = async (secondsAgo: number) => {
      await contract().system.rows(
        "update service set last_seen_up = clock_timestamp() - make_interval(secs => $2) where host = $1",
        [HOST, secondsAgo],
      );
      return (await service("watcher-applier", HOST)).status;
    };
    expect([await seen(70), await seen(91)]).toEqual(["ACTIVE", "FAILED"]);
  });

  it("row [watcher_decision_engine] max_audit_workers: a worker computes that many at the same time", async () => {
    await during("worker", { VIGIL_WORKER_THREADS: "3", VIGIL_HOST_NAME: HOST }, async () => {
      const threads = await until("the worker listed", async () => {
        const { processes } = (await call("GET /trpc/system.status")).body.result.data;
        return processes.find(
          (one: { role: string; host: string }) => one.role === "worker" && one.host === HOST,
        );
      });
      expect(threads.facts.threads).toBe(3);
    });
  });

  it("row [watcher_decision_engine] action_plan_expiry: after 24 hours RECOMMENDED becomes SUPERSEDED", async () => {
    const [old, young] = [await newPlan(), await newPlan()];
    await aged(old.uuid, 25);
    await aged(young.uuid, 23);
    await during("state", {}, () => reached(old.uuid, "SUPERSEDED"));
    expect(await planState(young.uuid)).toBe("RECOMMENDED");
    await during("state", { VIGIL_ACTION_PLAN_EXPIRY_HOURS: "22" }, () => reached(young.uuid, "SUPERSEDED"));
  });

  it("row [watcher_decision_engine] check_periodic_interval: a process looks again and again", async () => {
    const plans = [await newPlan(), await newPlan()];
    await during("state", { VIGIL_CHECK_PERIODIC_INTERVAL_S: "1" }, async () => {
      // One after the other: the look at its start finds neither, and the one that finds the first has passed the second.
      for (const { uuid } of plans) {
        await aged(uuid, 25);
        await reached(uuid, "SUPERSEDED");
      }
    });
  });

  it("row [watcher_decision_engine] continuous_audit_interval: a new CONTINUOUS audit is found by itself", async () => {
    const { uuid } = await newAudit({ audit_type: "CONTINUOUS", interval: "3600", force: true });
    await until("its plan", async () => (await contract().system.count("action_plan", uuid)) === 1);
    await patch(`/v1/audits/${uuid}`, "replace", "/state", "CANCELLED");
  });

  it("row [watcher_applier] workers: one plan at a time by default", async () => {
    // Both are there when the applier comes, so that it could take them together.
    const plans = [await started(1), await started(1)];
    await during("applier", {}, async () => {
      for (const uuid of plans) await reached(uuid, "SUCCEEDED");
    });
    const [row] = await contract().system.rows<{ apart: boolean }>(
      `select max(started_at) >= min(finished_at) as apart from action_plan where uuid = any($1::uuid[])`,
      [plans],
    );
    expect(row).toEqual({ apart: true });
  });

  it("row [watcher_applier] workers: two plans at a time where it is 2", async () => {
    await during("applier", { VIGIL_APPLIER_PLANS_MAX: "2" }, async () => {
      const both = [await started(3600), await started(3600)];
      for (const uuid of both) await reached(uuid, "ONGOING");
      for (const uuid of both) await patch(`/v1/action_plans/${uuid}`, "replace", "/state", "CANCELLING");
      for (const uuid of both) await reached(uuid, "CANCELLED");
    });
  });

  it("row [watcher_applier] rollback_when_actionplan_failed: what was done before the failure stays", async () => {
    const actions = [{ message: "done" }, { message: "fails", fail_execute: true }];
    const parameters = {
      actions: actions.map((input) => ({ action_type: "nop", input_parameters: input })),
    };
    const plan = await newPlan({ goal: "unclassified", strategy: "actuator", parameters });
    await during("applier", {}, async () => {
      await call(`POST /v1/action_plans/${plan.uuid}/start`, { body: {} });
      await reached(plan.uuid, "FAILED");
    });
    const { body } = await call(`GET /v1/actions?action_plan_uuid=${plan.uuid}`);
    expect(body.actions.map((one: { state: string }) => one.state)).toEqual(["SUCCEEDED", "FAILED"]);
  });

  it("row [watcher_planner] planner: weight puts the actions in its order, whatever the strategy's", async () => {
    const types = ["sleep", "nop"];
    const inputs: Record<string, object> = { sleep: { duration: 1 }, nop: { message: "first" } };
    const actions = types.map((type) => ({ action_type: type, input_parameters: inputs[type] }));
    const { uuid } = await newPlan({ goal: "unclassified", strategy: "actuator", parameters: { actions } });
    const { body } = await call(`GET /v1/actions?action_plan_uuid=${uuid}`);
    expect(body.actions.map((one: { action_type: string }) => one.action_type)).toEqual(["nop", "sleep"]);
  });
});

describe("10 data limits", () => {
  it("a hostname has at most 255 characters", async () => {
    const { uuid } = await newAudit();
    const edit = (length: number) => patch(`/v1/audits/${uuid}`, "replace", "/hostname", "h".repeat(length));
    expect([(await edit(255)).status, (await edit(256)).status]).toEqual([200, 400]);
  });

  it("a description has at most 255 characters", async () => {
    const { uuid } = await newTemplate({ description: "d".repeat(255) });
    const longer = await patch(`/v1/audit_templates/${uuid}`, "replace", "/description", "d".repeat(256));
    expect(longer.status).toBe(400);
    expect((await call(`GET /v1/audit_templates/${uuid}`)).body.description).toHaveLength(255);
  });

  it("status_message is cut to 255 characters", async () => {
    const { actions } = await newPlan();
    const body = [
      { op: "replace", path: "/state", value: "SKIPPED" },
      { op: "replace", path: "/status_message", value: "r".repeat(300) },
    ];
    const { status, body: shown } = await call(`PATCH /v1/actions/${actions[0]}`, { body });
    expect([status, shown.status_message.length]).toEqual([200, 255]);
    expect(shown.status_message).toMatch(/^Action skipped by user\. Reason: r+$/);
  });
});
