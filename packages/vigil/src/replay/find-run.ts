import { isVigilError, type Outputs, type VigilClient } from "@vigil/client";
import { VigilError } from "@vigil/core";

type Run = Outputs["runs"]["get"];

/**
 * A run by its own UUID or by that of its action plan: REST and its clients show plans, and no runs.
 *
 * @throws VigilError not-found: neither of them
 */
export async function findRun(client: VigilClient, uuid: string, signal: AbortSignal): Promise<Run> {
  const run = await orNull(client.runs.get.query({ runId: uuid }, { signal }));
  if (run !== null) return run;
  const plan = await orNull(
    client.plans.get.query({ uuid, showDeleted: true, withActions: false }, { signal }),
  );
  if (plan !== null) return client.runs.get.query({ runId: plan.runId }, { signal });
  throw new VigilError("not-found", `no run and no action plan has the UUID ${uuid}`);
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
