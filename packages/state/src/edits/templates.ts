/** EditService's part on audit templates. Nothing runs by a template, so nobody is told of its changes. */

import type { MikroORM } from "@mikro-orm/postgresql";
import {
  checkDefaultParameters,
  checkStrategyOfGoal,
  type PatchedTemplate,
  type PatchOperation,
  patchTemplate,
  type TemplateFields,
  VigilError,
} from "@vigil/core";
import type { AuditTemplate, EditServiceImpl } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import { violatedUnique } from "../database/errors.ts";
import { autoCommit, firstRow, inTransaction, rows, type Sql } from "../database/transaction.ts";
import { AUDIT_TEMPLATES } from "../records/audit-templates.ts";
import { IDENT_LENGTH_MAX } from "../records/input.ts";
import { findId, getByUuid } from "../records/lookup.ts";
import { checkEdit, checkPatch, type EditRequest } from "./edit-input.ts";
import { checkNewTemplate, checkTemplateSize } from "./template-input.ts";
import {
  insertTemplate,
  type LockedTemplate,
  lockTemplate,
  softDeleteTemplate,
  type TemplateNeighbours,
  updateTemplate,
} from "./template-rows.ts";

/** What the handlers of templates need. */
export interface TemplateEditParts {
  orm: MikroORM;
  logger: Logger;
}

type TemplateEdits = Pick<
  EditServiceImpl,
  "createAuditTemplate" | "patchAuditTemplate" | "deleteAuditTemplate"
>;

/** Errors are those of rest-api 5.2 to 5.5, with their texts. */
export function templateEdits({ orm, logger }: TemplateEditParts): TemplateEdits {
  return {
    createAuditTemplate: async (request) => {
      const { uuid, ...fields } = checkNewTemplate(request);
      const auditTemplate = await createOnce(orm, uuid, fields);
      logger.info({ template: uuid, name: auditTemplate.name }, "An audit template was created");
      return { auditTemplate };
    },
    patchAuditTemplate: async (request) => {
      const { operations, ...edit } = checkPatch(request);
      return { auditTemplate: await inTransaction(orm, (sql) => patchOnce(sql, edit, operations)) };
    },
    deleteAuditTemplate: async (request) => {
      const edit = checkEdit(request);
      await inTransaction(orm, async (sql) => {
        const found = await lockTemplate(sql, edit);
        if ("doneOn" in found) return;
        await softDeleteTemplate(sql, found.locked.id, edit.editId);
        logger.info({ template: found.locked.uuid }, "An audit template was deleted");
      });
      return {};
    },
  };
}

async function createOnce(orm: MikroORM, uuid: string, fields: TemplateFields): Promise<AuditTemplate> {
  try {
    return await inTransaction(orm, async (sql) => {
      const goal = await requireGoal(sql, fields.goal);
      const strategy = fields.strategy === null ? null : await requireStrategy(sql, fields.strategy);
      if (strategy !== null) checkStrategyOfGoal(strategy.name, goal.name, await strategiesOf(sql, goal.id));
      checkDefaultParameters(strategy?.name ?? null, fields.defaultParameters);
      await insertTemplate(sql, uuid, fields, { goalId: goal.id, strategyId: strategy?.id ?? null });
      return read(sql, uuid);
    });
  } catch (thrown) {
    // Two calls with one UUID at once can meet at the name before they meet at the UUID.
    const own = isClash(thrown) ? await read(autoCommit(orm), uuid).catch(() => undefined) : undefined;
    return own ?? refuse(thrown, fields.name);
  }
}

async function patchOnce(
  sql: Sql,
  edit: EditRequest,
  operations: readonly PatchOperation[],
): Promise<AuditTemplate> {
  const found = await lockTemplate(sql, edit);
  if ("doneOn" in found) return read(sql, found.doneOn);
  const { id, uuid, fields: stored } = found.locked;
  const patched = patchTemplate(stored, operations);
  const { fields } = patched;
  checkTemplateSize(fields);
  const neighbours = await patchedNeighbours(sql, found.locked, patched);
  if (operations.length > 0) {
    const update = updateTemplate(sql, id, patched, neighbours, edit.editId);
    await update.catch((thrown: unknown) => refuse(thrown, fields.name));
  }
  return read(sql, uuid);
}

/** Goal and strategy as the patch leaves them; those that it did not name are not looked at. */
async function patchedNeighbours(
  sql: Sql,
  stored: LockedTemplate,
  { fields: { goal, strategy, defaultParameters }, touched }: PatchedTemplate,
): Promise<TemplateNeighbours> {
  const goalId = touched.has("goal") ? (await requireGoal(sql, goal)).id : stored.goalId;
  let { strategyId } = stored;
  if (touched.has("strategy"))
    strategyId = strategy === null ? null : (await requireStrategy(sql, strategy)).id;
  if (touched.has("default_parameters")) {
    const name = strategyId === null ? null : await nameOf(sql, "strategy", strategyId);
    checkDefaultParameters(name, defaultParameters);
  }
  return { goalId, strategyId };
}

function isClash(thrown: unknown): boolean {
  return violatedUnique(thrown) === "audit_template_name_unique";
}

function refuse(thrown: unknown, name: string): never {
  if (!isClash(thrown)) throw thrown;
  throw new VigilError("conflict", `An audit_template with UUID or name ${name} already exists`);
}

interface Named {
  id: string;
  name: string;
}

const requireGoal = (sql: Sql, ident: string) => requireNamed(sql, "goal", "Goal", ident);
const requireStrategy = (sql: Sql, ident: string) => requireNamed(sql, "strategy", "Strategy", ident);

/** Invalid rather than not found: the template is what the request is about. */
async function requireNamed(
  sql: Sql,
  table: "goal" | "strategy",
  title: string,
  ident: string,
): Promise<Named> {
  const id = await findId(sql, table, ident);
  if (id !== undefined) return { id, name: await nameOf(sql, table, id) };
  const shown = ident.slice(0, IDENT_LENGTH_MAX).toWellFormed();
  throw new VigilError("invalid-input", `${title} ${shown} is invalid`);
}

async function nameOf(sql: Sql, table: "goal" | "strategy", id: string): Promise<string> {
  const row = await firstRow<Named>(sql, `select name from ${table} where id = $1::bigint`, [id]);
  if (row === undefined) throw new VigilError("internal", `The ${table} ${id} has vanished`);
  return row.name;
}

async function strategiesOf(sql: Sql, goalId: string): Promise<string[]> {
  const text = "select name from strategy where goal_id = $1::bigint and deleted_at is null order by id";
  return (await rows<Named>(sql, text, [goalId])).map(({ name }) => name);
}

function read(sql: Sql, uuid: string): Promise<AuditTemplate> {
  return getByUuid(sql, AUDIT_TEMPLATES, { uuid, showDeleted: true });
}
