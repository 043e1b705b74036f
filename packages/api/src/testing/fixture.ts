/**
 * The API on real parts: PostgreSQL, nats-server, the state service as a process of its own. Identity
 * headers are trusted, as the gabbi suites have it. For this package's tests.
 */

import { type Bus, connectBus, ensureTopology } from "@vigil/bus";
import { findFreePort, type RunningServer, startNats } from "@vigil/embedded";
import { createAuthenticator, type Listener, startListener } from "@vigil/http";
import { connectState, type PlannedAction, type StateClient } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { ledgerEvent, startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { type Api, type ApiOptions, createApi } from "../api.ts";
import { RoleProcess } from "./role-process.ts";

export const ADMIN = { "x-roles": "admin" };

const WORKER = "test-host:1:x";

/** All that tests have started and left may be taken before the one that is meant. */
const PLANS_AT_ONCE = 100;

export interface Served {
  url: string;
  stop(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted member by member
  body: any;
  /** Text of an error, decoded twice as clients do. */
  fault: string | undefined;
}

export class Fixture {
  readonly state: StateClient;
  readonly bus: Bus;
  /** Environment that another role of the same system needs. */
  readonly env: Record<string, string>;
  readonly #ends: (() => Promise<void> | void)[];

  private constructor(
    state: StateClient,
    bus: Bus,
    env: Record<string, string>,
    ends: (() => Promise<void> | void)[],
  ) {
    this.state = state;
    this.bus = bus;
    this.env = env;
    this.#ends = ends;
  }

  static async start(): Promise<Fixture> {
    const [postgres, nats]: [TestPostgres, RunningServer] = await Promise.all([
      startTestPostgres(),
      startNats({ keepData: false }),
    ]);
    const statePort = String(await findFreePort());
    const address = `127.0.0.1:${statePort}`;
    const env = {
      DATABASE_URL: await postgres.newDatabase(),
      NATS_URL: nats.url,
      VIGIL_STATE_PORT: statePort,
      VIGIL_STATE_ADDRESS: address,
    };
    const stateRole = await RoleProcess.start("state", env);
    const bus = await connectBus({ servers: nats.url, name: "api test", logger: silent() });
    await ensureTopology(bus);
    const state = connectState({ address });
    return new Fixture(state, bus, env, [
      () => state.close(),
      () => bus.close(),
      () => stateRole.stop(),
      () => nats.stop(),
      () => postgres.stop(),
    ]);
  }

  /** An API in this process, on a port of its own. */
  async serve(options: Partial<ApiOptions> = {}): Promise<Served & { api: Api; port: number }> {
    const api = await createApi({
      state: this.state,
      bus: this.bus,
      authenticator: createAuthenticator({ mode: "none" }),
      logger: silent(),
      eventMode: "coalesce",
      ...options,
    });
    const listener = await listen(api, 0);
    return {
      url: listener.url,
      port: listener.port,
      api,
      stop: async () => {
        await api.stop();
        await listener.stop();
      },
    };
  }

  /** Runs the audit as a worker would, and gives the UUID of the plan. */
  async plan(auditUuid: string, actions: PlannedAction[]): Promise<string> {
    const { lease } = await this.state.runs.ingest({
      workerId: WORKER,
      canRun: true,
      event: newEvent(auditUuid),
    });
    if (lease === null) throw new Error(`no run of audit ${auditUuid} could be started`);
    const { actionPlanUuid } = await this.state.runs.complete({
      workerId: WORKER,
      runId: lease.runId,
      token: lease.token,
      plan: {
        snapshotHash: "0".repeat(64),
        strategyName: "dummy",
        strategyVersion: "1",
        actions,
        efficacyIndicators: [{ name: "released", description: "Released nodes", unit: "%", value: 12.5 }],
        globalEfficacyJson: '[{"name":"global","description":"All","unit":null,"value":3}]',
        explanationJson: '{"why":"test"}',
        computeMs: 1,
      },
    });
    return actionPlanUuid;
  }

  /** Takes a started plan as an applier would: it becomes ONGOING, and stays so for as long as the lease goes. */
  async claimPlan(planUuid: string): Promise<void> {
    const { plans } = await this.state.plans.claimPlans({ applierId: WORKER, maxPlans: PLANS_AT_ONCE });
    if (plans.some((plan) => plan.planUuid === planUuid)) return;
    throw new Error(`plan ${planUuid} is not among the ${plans.length} that could be taken; was it started?`);
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

export function listen(api: Api, port: number): Promise<Listener> {
  return startListener({
    host: "127.0.0.1",
    port,
    routes: [api.routes],
    probe: () => undefined,
    logger: silent(),
  });
}

export function silent() {
  return createLogger({ role: "api", level: "silent" });
}

/** A chain of `nop` actions. */
export function chain(length: number): PlannedAction[] {
  return Array.from({ length }, (_, index) => ({
    actionType: "nop",
    inputParametersJson: JSON.stringify({ message: `step ${index}` }),
    parents: index === 0 ? [] : [index - 1],
  }));
}

/** Sends a request as an administrator, unless the headers say otherwise. */
export async function call(
  url: string,
  method = "GET",
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...ADMIN,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = text === "" ? undefined : JSON.parse(text);
  const message = parsed?.error_message;
  const fault = message === undefined ? undefined : JSON.parse(message).faultstring;
  return { status: response.status, headers: response.headers, body: parsed, fault };
}

function newEvent(auditUuid: string) {
  const senderJson = '{"user_id":"u","project_id":"p","trust_id":"secret","remote_address":"10.0.0.1"}';
  return { ...ledgerEvent(auditUuid), senderJson };
}
