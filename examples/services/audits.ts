/** Calls that a service may repeat without a second thought. */
import { randomUUID } from "node:crypto";
import type { Outputs, VigilClient } from "@vigil/client";

type Audit = Outputs["audits"]["get"];

/**
 * The EVENT audit of a service, made if it is not there. Its UUID is the service's own, kept in its configuration: a
 * creation that is repeated with it is answered with the audit that is there.
 */
export function ensureAudit(client: VigilClient, uuid: string): Promise<Audit> {
  return client.audits.create.mutate({
    uuid,
    auditType: "EVENT",
    goal: "workload_balancing",
    strategy: "workload_balance",
    parameters: { threshold: 40 },
    // Alarms that go back to ok are recorded as FILTERED and run nothing.
    triggerStates: ["alarm"],
  });
}

/** An event of the service's own. Told twice in a day with one key (1 to 255 visible ASCII characters), it is one event. */
export function trigger(client: VigilClient, audit: string, ticket: string) {
  return client.audits.trigger.mutate({ audit, idempotencyKey: ticket, body: { ticket } });
}

/** A change. Asked again with the same `editId`, because the answer was lost, it is made once. */
export function rename(client: VigilClient, audit: string, name: string, editId = randomUUID()) {
  return client.audits.update.mutate({ audit, editId, changes: { name } });
}

/** Every plan of an audit, page by page. */
export async function* plansOf(client: VigilClient, auditUuid: string) {
  let marker: string | undefined;
  do {
    const page = await client.plans.list.query({ auditUuid, limit: 100, marker });
    yield* page.items;
    marker = page.nextMarker ?? undefined;
  } while (marker !== undefined);
}
