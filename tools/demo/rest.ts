import { setTimeout as sleep } from "node:timers/promises";
import type { RecordedAlarm } from "./recorded-alarm.ts";

const PLAN_MS_MAX = 30_000;
const PLAN_POLL_MS = 2;

export interface Audit {
  uuid: string;
  name: string;
  goal_name: string;
  strategy_name: string;
}

export interface Action {
  uuid: string;
  action_type: string;
  input_parameters: Record<string, unknown>;
  parents: string[];
}

export interface Plan {
  uuid: string;
  state: string;
  actions: Action[];
  efficacy: { name: string; value: number; unit: string | null }[];
}

/** The calls of an OpenStack client, as far as the demo needs them. */
export class Rest {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async createAudit(body: Record<string, unknown>): Promise<Audit> {
    const answer = await this.#send("POST", "/v1/audits", JSON.stringify(body));
    return (await answer.json()) as Audit;
  }

  /** Posts an alarm as Aodh does. Resolves with the answer, which comes when the alarm is stored. */
  async postAlarm(audit: Audit, alarm: RecordedAlarm, token: string): Promise<number> {
    const headers = { ...alarm.headers, "x-auth-token": token };
    const answer = await this.#send("POST", `/v1/webhooks/${audit.uuid}`, alarm.body, headers);
    return answer.status;
  }

  /** The audit's first plan with its actions, as soon as it can be read. */
  async awaitPlan(audit: Audit): Promise<Plan> {
    const deadline = performance.now() + PLAN_MS_MAX;
    while (performance.now() < deadline) {
      const answer = await this.#send("GET", `/v1/action_plans?audit_uuid=${audit.uuid}`);
      const { action_plans: plans } = (await answer.json()) as { action_plans: { uuid: string }[] };
      if (plans[0]) return this.#plan(plans[0].uuid);
      await sleep(PLAN_POLL_MS);
    }
    throw new Error(`no action plan within ${PLAN_MS_MAX / 1000} s`);
  }

  async #plan(uuid: string): Promise<Plan> {
    const [plan, actions] = await Promise.all([
      this.#send("GET", `/v1/action_plans/${uuid}`).then((answer) => answer.json()),
      this.#send("GET", `/v1/actions/detail?action_plan_uuid=${uuid}`).then((answer) => answer.json()),
    ]);
    const { state, efficacy_indicators: efficacy } = plan as {
      state: string;
      efficacy_indicators: Plan["efficacy"];
    };
    return { uuid, state, efficacy, actions: (actions as { actions: Action[] }).actions };
  }

  async #send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { "content-type": "application/json", "x-auth-token": this.#token, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    if (!answer.ok)
      throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer;
  }
}
