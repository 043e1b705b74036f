import type { MikroORM } from "@mikro-orm/postgresql";
import { VigilError } from "@vigil/core";
import type { Audit, CreateAuditRequest__Output } from "@vigil/proto";
import { violatedUnique } from "../database/errors.ts";
import { autoCommit, inTransaction } from "../database/transaction.ts";
import { type AuditIndexing, whenIndexed } from "../outbox/when-indexed.ts";
import { type AuditInput, checkAuditInput } from "./audit-input.ts";
import { AUDITS } from "./audits.ts";
import { cutName, storeAudit } from "./create-audit.ts";
import { getByUuid } from "./lookup.ts";

export interface AuditCreation extends AuditIndexing {
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
  await whenIndexed(parts, input.uuid);
  return audit;
}

type Stored = { audit: Audit; due: boolean };

/** Made-up names meet when two audits are made in one microsecond: so often another one is made up. */
const NAMES_MADE_UP_MAX = 5;

async function storeOnce(orm: MikroORM, input: AuditInput): Promise<Stored> {
  for (let attempt = 1; attempt <= NAMES_MADE_UP_MAX; attempt++) {
    const stored = await storeUnlessTaken(orm, input, attempt > 1);
    if (stored !== undefined) return stored;
    if (input.name !== "") break;
  }
  throw new VigilError("conflict", `An audit with UUID or name ${cutName(input.name)} already exists`);
}

/** @returns undefined: another audit has the name */
async function storeUnlessTaken(
  orm: MikroORM,
  input: AuditInput,
  wholeTime: boolean,
): Promise<Stored | undefined> {
  try {
    return await inTransaction(orm, async (sql) => {
      const { due } = await storeAudit(sql, input, wholeTime);
      return { audit: await getByUuid(sql, AUDITS, { uuid: input.uuid, showDeleted: true }), due };
    });
  } catch (thrown) {
    if (violatedUnique(thrown) !== "audit_name_unique") throw thrown;
    const audit = await ownOf(orm, input.uuid);
    return audit && { audit, due: false };
  }
}

/** Two calls with one UUID at once can meet at the name before they meet at the UUID. */
async function ownOf(orm: MikroORM, uuid: string): Promise<Audit | undefined> {
  try {
    return await getByUuid(autoCommit(orm), AUDITS, { uuid, showDeleted: true });
  } catch (thrown) {
    if (VigilError.from(thrown).kind !== "not-found") throw thrown;
    return undefined;
  }
}
