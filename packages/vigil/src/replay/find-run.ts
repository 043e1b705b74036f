import { isVigilError, type Outputs, type VigilClient } from "@vigil/client";
import { VigilError } from "@vigil/core";

type Run = Outputs["runs"]["get"];

/**
 * A run by its own UUID, by that of its action plan, or the newest one of an audit: REST and its clients show audits
 * and plans, and no runs; and a run that failed has no plan.
 *
 * @param ident UUID of a run or a plan, UUID or name of an audit
 * @throws VigilError not-found: none of them, or the audit has not run
 */
export async function findRun(client: VigilClient, ident: string, signal: AbortSignal): Promise<Run> {
  const run = await orNull(client.runs.get.query({ runId: ident }, { signal }));
  if (run !== null) return run;
  const plan = await orNull(
    client.plans.get.query({ uuid: ident, showDeleted: true, withActions: false }, { signal }),
  );
  if (plan !== null) return client.runs.get.query({ runId: plan.runId }, { signal });
  const audit = await orNull(client.audits.get.query({ audit: ident, showDeleted: true }, { signal }));
  if (audit === null) throw new VigilError("not-found", `no run, action plan or audit is named ${ident}`);
  const newest = { auditUuid: audit.uuid, sortKey: "id", sortDir: "desc", limit: 1 } as const;
  const { items } = await client.runs.list.query(newest, { signal });
  if (items[0] === undefined) {
    throw new VigilError("not-found", `audit ${audit.name} (${audit.state}) has not run yet`);
  }
  return client.runs.get.query({ runId: items[0].runId }, { signal });
}

/** Null: there is no such thing. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isVigilError(error) && error.data?.kind === "not-found") return null;
    throw error;
  }
}
