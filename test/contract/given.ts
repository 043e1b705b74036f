/** Objects that rows of the contract start from. */

import { randomUUID } from "node:crypto";
import { until } from "@vigil/testkit";
import { type Answer, call } from "./calls.ts";
import { contract } from "./contract.ts";

export const NOWHERE = "99999999-9999-4999-8999-999999999999";
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00$/;
export const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?$/;

export function newName(what = "contract"): string {
  return `${what}-${randomUUID()}`;
}

async function created(line: string, body: object): Promise<Answer["body"]> {
  const answer = await call(line, { body });
  if (answer.status !== 201) throw new Error(`${line}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** An EVENT audit of strategy dummy: it stays as it is until something triggers it. */
export function newAudit(over: Record<string, unknown> = {}): Promise<Answer["body"]> {
  const body = { audit_type: "EVENT", goal: "dummy", strategy: "dummy", name: newName("audit"), ...over };
  return created("POST /v1/audits", body);
}

export function newTemplate(over: Record<string, unknown> = {}): Promise<Answer["body"]> {
  return created("POST /v1/audit_templates", { name: newName("template"), goal: "dummy", ...over });
}

export interface GivenPlan {
  uuid: string;
  audit: string;
  /** UUIDs in plan order: nop, nop, sleep. */
  actions: string[];
}

/** A RECOMMENDED plan of strategy dummy. */
export async function newPlan(over: Record<string, unknown> = {}): Promise<GivenPlan> {
  const { uuid: audit } = await newAudit({ audit_type: "ONESHOT", force: true, ...over });
  const plan = await until("the audit's plan", async () => {
    const { body } = await call(`GET /v1/action_plans?audit_uuid=${audit}`);
    return body.action_plans[0]?.uuid as string | undefined;
  });
  await until(
    "the audit's end",
    async () => (await call(`GET /v1/audits/${audit}`)).body.state === "SUCCEEDED",
  );
  const { body } = await call(`GET /v1/actions?action_plan_uuid=${plan}`);
  return { uuid: plan, audit, actions: body.actions.map(({ uuid }: { uuid: string }) => uuid) };
}

/** Gives a row a state that only other roles give. */
export async function putInState(
  table: "audit" | "action_plan" | "action",
  uuid: string,
  state: string,
): Promise<void> {
  await contract().system.rows(`update ${table} set state = $2 where uuid = $1`, [uuid, state]);
}

/** A token of somebody with these roles in a project of their own. */
export function tokenOf(...roles: string[]): string {
  return contract().system.keystone.issueToken({ user: "caller", project: "demo", roles });
}

/** `{"error": ...}` of Keystone's middleware. */
export const UNAUTHORIZED = {
  error: {
    code: 401,
    title: "Unauthorized",
    message: "The request you have made requires authentication.",
  },
};
