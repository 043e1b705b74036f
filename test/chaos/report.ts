/** A chaos run in words and figures. */

import type { ChaosReport } from "./chaos.ts";
import { shown } from "./checker.ts";

export function reportText(report: ChaosReport): string {
  const { counts, answers, latenciesMs, takeovers, recoveries, exits, idle } = report;
  const stops = exits.filter(({ cause }) => cause === "terminate").map(({ ms }) => ms);
  const runs = takeovers.filter((takeover) => takeover.of === "run");
  const plans = takeovers.filter((takeover) => takeover.of === "plan");
  const not202 = [...answers].filter(([answer]) => answer !== "202");
  const lines = [
    `faults in ${report.seconds} s: ${list(report.faults)}`,
    `events: ${counts.occurrences} occurrences, ${counts.acknowledged} acknowledged with 202 = ${counts.completed} completed + ${counts.deadLetters} dead letters; ${counts.unacknowledged} more in the ledger whose senders saw no 202; ${counts.duplicates} repetitions`,
    ...[...report.deadReasons].map(([reason, n]) => `dead letters: ${n} x ${reason}`),
    `answers: 202 ${answers.get("202") ?? 0} (${spread(latenciesMs)}); others: ${list(new Map(not202)) || "none"}`,
    `runs: ${counts.runs}, attempts ${counts.attempts}, plans ${counts.plans}; actions executed: ${counts.executions} for ${counts.actions} actions of started plans`,
    ...byCause("runs", runs),
    ...byCause("plans", plans),
    `SIGTERM to exit: ${spread(stops)}`,
    ...recoveries.map(
      ({ what, acceptedMs, completedMs }) =>
        `back after ${what}: next 202 ${time(acceptedMs)}, next run completed ${time(completedMs)}`,
    ),
    `at rest ${time(report.quietMs)} after the last fault`,
    `processor at rest: ${list(new Map([...idle].map(([name, share]) => [name, `${(share * 100).toFixed(1)} %`])))}`,
  ];
  lines.push("vigil verify:", report.verified.trimEnd());
  if (report.contradictions.length > 0)
    lines.push(`CONTRADICTIONS (${report.contradictions.length}):`, shown(report.contradictions));
  if (report.kept !== undefined) lines.push(`logs and data are kept in ${report.kept}`);
  return lines.join("\n");
}

function byCause(what: string, takeovers: ChaosReport["takeovers"]): string[] {
  return [...Map.groupBy(takeovers, ({ cause }) => cause)].map(([cause, of]) => {
    const taken = of.flatMap(({ takenMs }) => takenMs ?? []);
    const ended = of.flatMap(({ endedMs }) => endedMs ?? []);
    return `${what} held at ${cause}: ${of.length}; taken over or ended ${spread(taken)}; completed ${spread(ended)}`;
  });
}

function list(values: ReadonlyMap<string, number | string>): string {
  return [...values].map(([name, value]) => `${name} ${value}`).join(", ");
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return "-";
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => time(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return `n ${values.length}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}

function time(ms: number | undefined): string {
  if (ms === undefined) return "not seen";
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
