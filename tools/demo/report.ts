import type { Action, Audit, Plan } from "./rest.ts";
import { bold, say, table } from "./screen.ts";
import type { Surroundings } from "./surroundings.ts";

/** What happened to the alarm, as a table of the plan's actions. */
export function reportPlan(audit: Audit, plan: Plan, acceptedMs: number, planMs: number): void {
  say();
  say(bold(`Action plan ${plan.uuid} (${plan.state})`));
  say(`audit ${audit.name}, goal ${audit.goal_name}, strategy ${audit.strategy_name}`);
  say();
  for (const line of table(
    ["#", "action", "what", "after"],
    plan.actions.map((action, index) => row(action, index, plan)),
  )) {
    say(`  ${line}`);
  }
  say();
  for (const { name, value, unit } of plan.efficacy) say(`  ${name}: ${value}${unit ?? ""}`);
  say(
    bold(
      `  alarm stored after ${acceptedMs.toFixed(1)} ms, plan readable ${planMs.toFixed(1)} ms after the POST`,
    ),
  );
}

function row(action: Action, index: number, plan: Plan): string[] {
  const parents = action.parents.map((uuid) => plan.actions.findIndex((other) => other.uuid === uuid) + 1);
  return [`${index + 1}`, action.action_type, describe(action.input_parameters), parents.join(", ")];
}

/** The names a person looks for first, then whatever else there is. */
function describe(parameters: Record<string, unknown>): string {
  const { resource_name, resource_id, source_node, destination_node, migration_type, ...others } = parameters;
  const parts = [
    String(resource_name ?? resource_id ?? ""),
    ...(source_node === undefined ? [] : [`from ${source_node}`]),
    ...(destination_node === undefined ? [] : [`to ${destination_node}`]),
    ...(migration_type === undefined ? [] : [`(${migration_type})`]),
    ...Object.entries(others).map(([name, value]) => `${name}=${value}`),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

/** Where to look, and commands that work as pasted into another terminal. */
export function suggestNext(
  audit: Audit,
  plan: Plan,
  { url, operatorEnv, operatorToken }: Surroundings,
): void {
  const send = `curl -s -w '\\n' -H "X-Auth-Token: $TOKEN"`;
  const account = Object.entries(operatorEnv).map(([name, value]) => `${name}=${value}`);
  say();
  say(bold("Vigil is served at"));
  say(`  REST       ${url}/v1`);
  say(`  webhook    ${url}/v1/webhooks/${audit.name}`);
  say(`  tRPC       ${url}/trpc`);
  say(`  readiness  ${url}/readyz`);
  say();
  say(bold("To try next, in another terminal:"));
  say(`  export TOKEN=${operatorToken}`);
  say(`  ${send} ${url}/v1/action_plans/${plan.uuid}`);
  say(`  ${send} '${url}/v1/actions/detail?action_plan_uuid=${plan.uuid}'`);
  say(`  ${send} -X POST -d '{}' -i ${url}/v1/webhooks/${audit.name}     # one more alarm, one more plan`);
  say(`  ${send} '${url}/v1/action_plans?audit_uuid=${audit.uuid}'`);
  say(`  curl -s ${url}/readyz`);
  say("as an OpenStack user, from this folder:");
  say(`  export ${account.join(" ")}`);
  say("  npx vigil model import packages/vigil/samples/cluster.json");
  say("  npx vigil config print");
}
