/** What of a running system needs a hand. A pure function of one look at it. */

import type { Outputs } from "@vigil/client";
import { bytesText, countText, durationText, plural } from "../cli/units.ts";
import { doubt, type Finding, problem } from "./finding.ts";

export type System = Outputs["system"]["status"];
type Process = System["processes"][number];

/** Reports come once a minute: one may come late. As the list of services has it. */
const SILENT_MS_MAX = 90_000;
/** Tokens, leases and windows bear more; times in logs that differ by more lead astray. */
const CLOCK_MS_MAX = 5_000;
/** A run that is due is claimed at once, or with the next slow poll after 30 s. */
const DUE_MS_MAX = 60_000;
/** An event may wait for its audit's run, and for a plan that is executed. */
const WAITING_MS_MAX = 600_000;
/** A drain takes thousands a second. */
const SPOOLED_MS_MAX = 60_000;
/** More than all workers of a cloud hold while they keep up. */
const PENDING_MAX = 10_000;
/** A day-old picture of a cloud leads to plans that fail. */
const MODEL_MS_MAX = 86_400_000;
const ROOM_SHARE_MAX = 0.8;
/** In these states somebody has to execute a plan. */
const EXECUTED = ["PENDING", "ONGOING", "CANCELLING"];

/** @param nowMs wall clock, ms since 1970 */
export function findingsOf(system: System, nowMs: number): Finding[] {
  return [
    ...roles(system),
    ...clocks(system),
    ...broker(system),
    ...spools(system),
    ...work(system),
    ...model(system, nowMs),
  ];
}

export function isSilent({ silentMs }: Process): boolean {
  return silentMs > SILENT_MS_MAX;
}

function roles({ processes, spools, broker, plans }: System): Finding[] {
  const active = processes.filter((process) => !isSilent(process));
  const has = (role: string) => active.some((process) => process.role === role);
  const toExecute = EXECUTED.reduce((sum, state) => sum + (plans[state] ?? 0), 0);
  const findings: Finding[] = [];
  if (!has("worker"))
    findings.push(
      problem(
        "no-worker",
        "no worker has reported for a minute",
        "at least one: events are taken and plans computed by workers",
        "start one (systemctl start vigil-worker@1), or read its log: journalctl -u 'vigil-worker@*'",
      ),
    );
  if (!has("applier") && toExecute > 0)
    findings.push(
      problem(
        "no-applier",
        `${plural(toExecute, "plan")} to execute, and no applier has reported for a minute`,
        "at least one applier",
        "start one (systemctl start vigil-applier), or read its log: journalctl -u vigil-applier",
      ),
    );
  if (broker !== null && spools.length === 0)
    findings.push(
      problem(
        "no-edge",
        "no edge answers",
        "at least one: alarms come in there",
        "start one (systemctl start vigil-edge), or read its log: journalctl -u vigil-edge",
      ),
    );
  return [...findings, ...silent(processes, active), ...releases(active, spools)];
}

/** One that was started anew in the same place is no loss. */
function silent(processes: readonly Process[], active: readonly Process[]): Finding[] {
  const lost = new Map<string, Process>();
  for (const process of processes) {
    const isBack = active.some(({ role, host }) => role === process.role && host === process.host);
    if (isSilent(process) && !isBack) lost.set(`${process.role} ${process.host}`, process);
  }
  return [...lost.values()].map(({ role, host, silentMs }) =>
    doubt(
      "role-silent",
      `${role} on ${host} was last heard ${durationText(silentMs)} ago, and did not say that it stops`,
      "a report each minute",
      `look at it there (systemctl status 'vigil-${role}*'); a host that is gone for good is forgotten after a day`,
    ),
  );
}

function releases(active: readonly Process[], spools: System["spools"]): Finding[] {
  const versions = [...active, ...spools].map(({ version }) => version).filter((version) => version !== "");
  const different = [...new Set(versions)].sort();
  if (different.length < 2) return [];
  return [
    doubt(
      "mixed-releases",
      `processes of the releases ${different.join(", ")}`,
      "one release, but for the time of an upgrade",
      "upgrade the others, state first",
    ),
  ];
}

function clocks({ processes, spools, clockMs, apiClockMs, database }: System): Finding[] {
  const told = [
    ...processes
      .filter((process) => !isSilent(process))
      .map(({ role, host, clockAheadMs }) => ({ who: `${role} on ${host}`, clockAheadMs })),
    ...spools.map(({ edge, clockAheadMs }) => ({ who: `edge ${edge}`, clockAheadMs })),
    { who: "the state process that answered", clockAheadMs: clockMs - database.clockMs },
    { who: "the api process that answered", clockAheadMs: apiClockMs - database.clockMs },
  ];
  return told
    .filter(({ clockAheadMs }) => Math.abs(clockAheadMs) > CLOCK_MS_MAX)
    .map(({ who, clockAheadMs }) =>
      doubt(
        "clock-skew",
        `the clock of ${who} is ${durationText(Math.abs(clockAheadMs))} ${clockAheadMs > 0 ? "ahead of" : "behind"} the database's`,
        `clocks that agree within ${durationText(CLOCK_MS_MAX)}`,
        "run chrony (or another NTP client) on that machine and on the database's: chronyc tracking",
      ),
    );
}

function broker({ broker, brokerProblem, processes }: System): Finding[] {
  if (broker === null)
    return [
      problem(
        "broker-away",
        brokerProblem ?? "the broker could not be asked",
        "a broker that state reaches; until then edges spool what comes",
        "start nats-server, or correct NATS_URL; vigil doctor looks from this machine",
      ),
    ];
  const isNew = processes.every(({ role }) => role !== "worker");
  return [
    ...broker.streams.flatMap(stream),
    ...(broker.consumer === null && !isNew
      ? [
          problem(
            "no-consumer",
            "the consumer of all workers is missing on the broker",
            "consumer workers of VIGIL_EVENTS",
            "a state process makes it within seconds: look at its log (journalctl -u vigil-state)",
          ),
        ]
      : []),
    ...((broker.consumer?.pending ?? 0) > PENDING_MAX
      ? [
          doubt(
            "workers-lag",
            `${countText(broker.consumer?.pending ?? 0)} events wait in the stream for a worker`,
            `fewer than ${countText(PENDING_MAX)}`,
            "start more workers, on further machines or (where cores are idle) on these",
          ),
        ]
      : []),
  ];
}

function stream({
  name,
  bytes,
  bytesMax,
  replicas,
  replicasCurrent,
}: NonNullable<System["broker"]>["streams"][number]): Finding[] {
  return [
    ...(replicasCurrent < replicas
      ? [
          problem(
            "replica-missing",
            `${name} has ${replicasCurrent} of ${replicas} copies`,
            "all of them: with a majority gone nothing can be published",
            "start the nats-server that is away: nats server report jetstream",
          ),
        ]
      : []),
    // Changes push out the oldest of them: a full stream is what it is made for.
    ...(bytesMax > 0 && bytes > bytesMax * ROOM_SHARE_MAX && name !== "VIGIL_CHANGES"
      ? [
          doubt(
            "stream-full",
            `${name} has ${bytesText(bytes)} of ${bytesText(bytesMax)}`,
            `at most ${ROOM_SHARE_MAX * 100} % of its room`,
            "find out why it is not drained: vigil verify, and the log of the workers",
          ),
        ]
      : []),
  ];
}

function spools({ spools }: System): Finding[] {
  return spools.flatMap(({ edge, records, oldestMs, refused, unreadable }) => [
    ...(records > 0 && oldestMs > SPOOLED_MS_MAX
      ? [
          problem(
            "spool-waits",
            `${plural(records, "event")} in the spool of edge ${edge}, the oldest for ${durationText(oldestMs)}`,
            "an empty spool while the broker takes events",
            `look at the edge's log there (journalctl -u vigil-edge) and at its /readyz`,
          ),
        ]
      : []),
    ...(unreadable > 0
      ? [
          problem(
            "spool-unreadable",
            `the disk of edge ${edge} does not give back ${plural(unreadable, "record or segment", "records or segments")} of its spool`,
            "a disk that gives back what was written",
            "look at that edge's log (journalctl -u vigil-edge) and at dmesg there; copy the folder before the disk is replaced",
          ),
        ]
      : []),
    ...(refused > 0
      ? [
          doubt(
            "spool-refused",
            `${plural(refused, "event")} that the broker refused for good at edge ${edge}`,
            "none",
            "a dead letter tells of each: vigil dead-letters list --open; the events are in the folder refused of the spool",
          ),
        ]
      : []),
  ]);
}

function work({ oldestEventMs, oldestDueMs, deadLettersOpen, runs }: System): Finding[] {
  const findings: Finding[] = [];
  if (oldestDueMs > DUE_MS_MAX)
    findings.push(
      problem(
        "runs-due",
        `a run has been due for ${durationText(oldestDueMs)} (${countText(runs.DUE ?? 0)} are)`,
        "runs claimed within a minute",
        "see what the workers do (vigil runs list --state LIVE); start more of them",
      ),
    );
  if (oldestEventMs > WAITING_MS_MAX)
    findings.push(
      doubt(
        "events-wait",
        `an event has waited for ${durationText(oldestEventMs)}`,
        "events answered within minutes",
        (runs.BLOCKED ?? 0) > 0
          ? "runs wait for plans under way: vigil plans list --state ONGOING; an audit with force does not wait"
          : "see which (vigil events list --fate WAITING) and what its audit does (vigil runs list --audit AUDIT)",
      ),
    );
  if (deadLettersOpen > 0)
    findings.push(
      problem(
        "dead-letters",
        `${plural(deadLettersOpen, "dead letter")} that nobody has decided about`,
        "none",
        "vigil dead-letters list --open; then replay or drop each",
      ),
    );
  return findings;
}

function model({ model, broker }: System, nowMs: number): Finding[] {
  if (model === null) {
    if (broker === null) return [];
    return [
      problem(
        "no-model",
        "there is no model of the cloud",
        "one: strategies compute on it",
        "vigil model import FILE",
      ),
    ];
  }
  const ageMs = nowMs - Date.parse(model.importedAt);
  if (ageMs <= MODEL_MS_MAX) return [];
  return [
    doubt(
      "model-old",
      `the newest model of the cloud is ${durationText(ageMs)} old`,
      `one younger than ${durationText(MODEL_MS_MAX)}`,
      "import a new one, or see why whatever imports them has stopped: vigil model show",
    ),
  ];
}
