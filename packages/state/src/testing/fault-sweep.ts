/**
 * Does a call once undisturbed, once twice, and then with a fault at each of its commands in turn, after which it is
 * repeated: the ledger must never contradict itself, and must end as if nothing had happened.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import { expect } from "vitest";
import { autoCommit, rows } from "../database/transaction.ts";
import { LEDGER_PARTS } from "../verify/ledger-parts.ts";
import { FAULTS, type FaultyDatabase } from "./faulty-database.ts";
import { footprintOf, nameIdentities } from "./footprint.ts";

/** Prepares what a call needs, on the database that works and is empty; returns the call, which may be repeated. */
export type Scenario = () => Promise<() => Promise<unknown>>;

export interface SweepParts {
  /** The database that works. */
  orm: MikroORM;
  /** What the calls of scenarios go through. */
  faulty: FaultyDatabase;
}

/** More commands than any call has: a sweep that never comes to their end would say nothing. */
const STEPS_MAX = 60;

/** Returns the commands at which the call failed, in their order. */
export async function sweepFaults({ orm, faulty }: SweepParts, scenario: Scenario): Promise<string[]> {
  const prepared = async () => {
    await empty(orm);
    return scenario();
  };
  const ended = async (answer: unknown, how: string) => {
    await expectSound(orm, how);
    return { answer: answerOf(answer), rows: await footprintOf(orm) };
  };
  const undisturbed = await ended(await (await prepared())(), "undisturbed");

  const again = await prepared();
  await again();
  expect(await ended(await again(), "done twice"), "done twice").toEqual(undisturbed);

  const failed: string[] = [];
  for (const fault of FAULTS) {
    for (let step = 1; ; step++) {
      expect(step, "commands of one call").toBeLessThan(STEPS_MAX);
      const call = await prepared();
      faulty.arm(step, fault);
      await call().catch(() => undefined);
      const command = faulty.disarm();
      if (command === undefined) break;
      const how = `${fault} at command ${step}: ${command.trim().slice(0, 80)}`;
      await expectSound(orm, how);
      expect(await ended(await call(), how), how).toEqual(undisturbed);
      if (fault === "lost") failed.push(command);
    }
  }
  return failed;
}

async function empty(orm: MikroORM): Promise<void> {
  await rows(autoCommit(orm), "truncate audit, outbox cascade", []);
}

function answerOf(answer: unknown): unknown {
  // Dice of the run, which are thrown once more when a transaction was undone.
  const text = JSON.stringify(answer ?? null).replaceAll(/"seed":\d+/g, '"seed":0');
  return JSON.parse(nameIdentities(text));
}

const BROKEN = [
  ...Object.values(LEDGER_PARTS).flatMap(({ table, ident, rules }) =>
    Object.entries(rules).map(([rule, condition]) => ({ rule, table, ident, condition })),
  ),
  {
    rule: "L6",
    table: "run",
    ident: "run_id",
    condition: `blocked_by is not null and (state <> 'DUE' or not exists (
      select from action_plan p where p.id = x.blocked_by and p.state in ('ONGOING', 'CANCELLING')))`,
  },
  {
    rule: "L7",
    table: "audit",
    ident: "uuid",
    condition: `audit_type = 'CONTINUOUS' and state in ('PENDING', 'ONGOING') and next_run_time = 'infinity'
      and not exists (select from run r where r.audit_id = x.id and r.state in ('DUE', 'LIVE'))`,
  },
]
  .map(
    ({ rule, table, ident, condition }) =>
      `select '${rule}' as rule, x.${ident}::text as id from ${table} x where ${condition}`,
  )
  .join("\nunion all ");

/** The invariants of core's life/terms.ts over the tables: L1 to L5 by what `vigil verify` asks. */
async function expectSound(orm: MikroORM, how: string): Promise<void> {
  expect(await rows(autoCommit(orm), BROKEN, []), how).toEqual([]);
}
