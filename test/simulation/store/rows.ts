/** The tables of the ledger, as far as decisions look at them. Members are named as the columns. */

import type {
  ActionState,
  AuditState,
  AuditType,
  AuditView,
  EventFate,
  JsonValue,
  PlanState,
  RunState,
} from "@vigil/core";

export interface AuditRow {
  /** Place in the table, which is its primary key. */
  id: number;
  uuid: string;
  name: string;
  type: AuditType;
  state: AuditState;
  triggerStates: readonly string[];
  force: boolean;
  autoTrigger: boolean;
  scope: JsonValue;
  schedule: AuditView["schedule"];
  consecutiveFailures: number;
}

export interface EventRow {
  eventId: string;
  /** undefined: no audit has the ident. */
  audit: number | undefined;
  fate: EventFate;
  run: number | undefined;
  duplicateOf: string | undefined;
  replayOf: string | undefined;
  baseHash: string;
  exact: boolean;
  requestId: string;
  current: string;
  streamTimeMs: number;
  /** Of an edge's clock. */
  receivedAtMs: number;
  /** Of the database's clock. */
  arrivedAtMs: number;
}

export interface Answer {
  token: bigint;
  outcome: "RECORDED" | "DISCARDED" | "RETRY_LATER" | "FAILED";
  plan: number | undefined;
}

export interface RunRow {
  id: number;
  audit: number;
  state: RunState;
  cause: AuditType;
  attempts: number;
  token: bigint;
  heartbeat: bigint;
  workerId: string | undefined;
  claimId: string | undefined;
  isSuspect: boolean;
  failures: readonly string[];
  answer: Answer | undefined;
  dueAtMs: number;
  /** Primary key of a plan, as text. */
  blockedBy: string | undefined;
}

export interface ActionRow {
  uuid: string;
  state: ActionState;
  /** Places in the plan. */
  parents: readonly number[];
}

export interface PlanRow {
  id: number;
  uuid: string;
  audit: number;
  run: number;
  state: PlanState;
  launchedAtMs: number | undefined;
  applierId: string | undefined;
  token: bigint;
  heartbeat: bigint;
  claimId: string | undefined;
  leasesLost: number;
  actions: ActionRow[];
}

export interface Tables {
  audits: AuditRow[];
  events: EventRow[];
  runs: RunRow[];
  plans: PlanRow[];
  /** Event ids and run ids of dead letters. */
  deadLetters: { eventId: string | undefined; run: number | undefined }[];
}

export function isOpenRun({ state }: RunRow): boolean {
  return state === "DUE" || state === "LIVE";
}

export function isUnderWay({ state }: PlanRow): boolean {
  return state === "ONGOING" || state === "CANCELLING";
}
