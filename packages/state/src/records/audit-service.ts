import type { MikroORM } from "@mikro-orm/postgresql";
import { VigilError } from "@vigil/core";
import type { Audit, CreateAuditRequest__Output } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import { violatedUnique } from "../database/errors.ts";
import { autoCommit, inTransaction, rows } from "../database/transaction.ts";
import { type AuditInput, checkAuditInput } from "./audit-input.ts";
import { AUDITS } from "./audits.ts";
import { cutName, storeAudit } from "./create-audit.ts";
import { getByUuid } from "./lookup.ts";

/**
 * How long the answer to CreateAudit waits for the audit index, ms. Usually milliseconds. When NATS is away the
 * answer comes without it: the audit is stored, and edges that can't reach the index take its webhooks unresolved.
 */
const INDEX_WAIT_MS = 2_000;

export interface AuditCreation {
  orm: MikroORM;
  logger: Logger;
  relay: {
    notifyCommitted(): void;
    whenPublished(outboxIds: readonly string[], timeoutMs: number): Promise<boolean>;
  };
  /** Called when a run became due. */
  wakeWorkers(): void;
}

/**
 * Creates an audit once, however often it is asked to, and answers when edges can know it.
 * @throws VigilError invalid-input, not-found, conflict (name taken)
 */
export async function createAudit(parts: AuditCreation, request: CreateAuditRequest__Output): Promise<Audit> {
  const input = checkAuditInput(request);
  const { audit, due } = await storeOnce(parts.orm, input);
  parts.relay.notifyCommitted();
  if (due) parts.wakeWorkers();
  const unpublished = await rows<{ id: string }>(
    autoCommit(parts.orm),
    "select id::text as id from outbox where kind = 'audit' and uuid = $1 and index_entry is not null",
    [input.uuid],
  );
  const outboxIds = unpublished.map(({ id }) => id);
  if (!(await parts.relay.whenPublished(outboxIds, INDEX_WAIT_MS))) {
    parts.logger.warn(
      { audit: input.uuid, waitedMs: INDEX_WAIT_MS },
      "An audit was created and is not yet in the audit index",
    );
  }
  return audit;
}

async function storeOnce(orm: MikroORM, input: AuditInput): Promise<{ audit: Audit; due: boolean }> {
  try {
    return await inTransaction(orm, async (sql) => {
      const { due } = await storeAudit(sql, input);
      return { audit: await getByUuid(sql, AUDITS, { uuid: input.uuid, showDeleted: true }), due };
    });
  } catch (thrown) {
    if (violatedUnique(thrown) !== "audit_name_unique") throw thrown;
    return { audit: await ownOrTaken(orm, input), due: false };
  }
}

/** Two calls with one UUID at once can meet at the name before they meet at the UUID. */
async function ownOrTaken(orm: MikroORM, input: AuditInput): Promise<Audit> {
  try {
    return await getByUuid(autoCommit(orm), AUDITS, { uuid: input.uuid, showDeleted: true });
  } catch (thrown) {
    if (VigilError.from(thrown).kind !== "not-found") throw thrown;
    throw new VigilError("conflict", `An audit with UUID or name ${cutName(input.name)} already exists`);
  }
}
