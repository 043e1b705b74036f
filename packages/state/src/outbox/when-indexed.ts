import type { MikroORM } from "@mikro-orm/postgresql";
import type { Logger } from "@vigil/service";
import { autoCommit, rows } from "../database/transaction.ts";

/**
 * How long the answer to a change of an audit waits for the audit index, ms. Usually milliseconds. When NATS is away
 * the answer comes without it: the change is stored, and edges that can't reach the index take webhooks unresolved.
 */
const INDEX_WAIT_MS = 2_000;

export interface AuditIndexing {
  orm: MikroORM;
  logger: Logger;
  relay: {
    notifyCommitted(): void;
    whenPublished(outboxIds: readonly string[], timeoutMs: number): Promise<boolean>;
  };
}

/** Waits until edges can know what is committed of this audit, by this call or another. */
export async function whenIndexed({ orm, logger, relay }: AuditIndexing, uuid: string): Promise<void> {
  const unpublished = await rows<{ id: string }>(
    autoCommit(orm),
    "select id::text as id from outbox where kind = 'audit' and uuid = $1 and index_entry is not null",
    [uuid],
  );
  const outboxIds = unpublished.map(({ id }) => id);
  if (await relay.whenPublished(outboxIds, INDEX_WAIT_MS)) return;
  logger.warn(
    { audit: uuid, waitedMs: INDEX_WAIT_MS },
    "An audit was changed and the audit index does not have it yet",
  );
}
