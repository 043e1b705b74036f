/**
 * Chaos on real processes: roles, nats-server and PostgreSQL under load while a seeded schedule kills, pauses,
 * restarts and disconnects them. When the faults have stopped and the system has come to rest, counts from outside
 * must come out even.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { check, type Verdict } from "./checker.ts";
import { cpuShares } from "./cpu.ts";
import { Faults } from "./faults.ts";
import { Load } from "./load.ts";
import { vigilVerify } from "./own-verify.ts";
import type { Exit } from "./part.ts";
import { Pulse, type Recovery } from "./pulse.ts";
import { randomOf } from "./random.ts";
import { atRest } from "./rest.ts";
import { scheduleOf } from "./schedule.ts";
import { stateAlarms } from "./state-alarms.ts";
import { type Takeover, Takeovers } from "./takeovers.ts";
import { createWorld, prepare, type World } from "./world.ts";

export interface ChaosOptions {
  seed: number;
  /** Time under load, s. */
  seconds: number;
  /** Occurrences per second. */
  rate: number;
  /** How long the idle check looks, s. */
  idleSeconds: number;
  /** Logs and data stay even when all is well. */
  keep?: boolean;
  log(text: string): void;
}

export interface ChaosReport extends Verdict {
  seconds: number;
  /** Faults by kind. */
  faults: ReadonlyMap<string, number>;
  exits: readonly Exit[];
  answers: ReadonlyMap<string, number>;
  latenciesMs: readonly number[];
  takeovers: readonly Takeover[];
  recoveries: readonly Recovery[];
  /** From the end of the faults to the last fate, ms. */
  quietMs: number;
  /** Share of a processor by part, when nothing is to be done. */
  idle: ReadonlyMap<string, number>;
  /** What `vigil verify` said. */
  verified: string;
  /** Set when something was wrong: logs of all parts, data of both servers. */
  kept?: string;
}

/** In which ten processes start on two idle processors. */
const QUICK_START_MS = 8_000;
/** There must be faults all the same. */
const PACE_MAX = 2.5;
/** Until all parts are ready again. */
const READY_MS_MAX = 90_000;
/** What a part may use of a processor while there is nothing to do: timers and heartbeats need a tenth of it. */
const IDLE_SHARE_MAX = 0.25;

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const world = await createWorld();
  let fine = false;
  try {
    const report = await inWorld(world, options);
    fine = report.contradictions.length === 0 && options.keep !== true;
    if (!fine) {
      report.kept = world.dir;
      writeFileSync(join(world.dir, "contradictions.txt"), `${report.contradictions.join("\n")}\n`);
    }
    return report;
  } catch (error) {
    options.log(`logs and data are in ${world.dir}`);
    throw error;
  } finally {
    await world.close(!fine);
  }
}

async function inWorld(world: World, options: ChaosOptions): Promise<ChaosReport> {
  const { system, exits } = world;
  const { targets, startMs } = await prepare(world);
  const pace = Math.min(PACE_MAX, Math.max(1, startMs / QUICK_START_MS));
  options.log(`all parts started in ${Math.round(startMs)} ms: gaps between faults times ${pace.toFixed(1)}`);
  // Another sequence than the schedule's: more load must not mean other faults.
  const random = randomOf(options.seed ^ 0x5bd1e995);
  const load = new Load({ edges: world.edgeUrls, targets, token: system.token, random });
  const takeovers = new Takeovers(system.sql);
  const pulse = new Pulse(system.sql, load);
  const faults = new Faults(world, takeovers, options.log);

  load.start(options.rate);
  const loaded = sleep(options.seconds * 1_000);
  await faults.run(scheduleOf(options.seed, options.seconds, pace));
  await loaded;
  await load.stop();
  const stoppedAt = performance.now();
  options.log("the faults are over");
  const problems: string[] = [];
  const note = (error: unknown) => problems.push((error as Error).message);
  await world.allReady(READY_MS_MAX).catch(note);
  await atRest(system, load.occurrences, options.log).catch(note);
  const quietMs = performance.now() - stoppedAt;
  takeovers.stop();
  pulse.stop();

  const idle = await cpuShares(pidsOf(world), options.idleSeconds);
  for (const [name, share] of idle)
    if (share > IDLE_SHARE_MAX)
      problems.push(`${name} uses ${Math.round(share * 100)} % of a processor at rest`);
  const verified = await vigilVerify(system, world.part("api 1").url);
  if (verified.status !== 0)
    problems.push(`vigil verify ended with status ${verified.status}:\n${verified.output}`);
  const states = ["state 1", "state 2"] as const;
  problems.push(...stateAlarms(states.map((name) => world.logFile(name))));
  const logs = ["applier 1", "applier 2"] as const;
  const { counts, deadReasons, contradictions } = await check(
    system.sql,
    load.occurrences,
    logs.map((name) => world.logFile(name)),
  );
  return {
    seconds: options.seconds,
    counts,
    deadReasons,
    contradictions: [...problems, ...badExits(exits), ...contradictions],
    faults: faults.done,
    exits,
    answers: load.answers,
    latenciesMs: load.latenciesMs,
    takeovers: takeovers.all,
    recoveries: faults.outages.map((outage) => pulse.after(outage)),
    quietMs,
    idle,
    verified: verified.output,
  };
}

function pidsOf({ parts, servers }: World): Map<string, number> {
  const running = [...parts.values()].flatMap(({ name, process }) =>
    process ? [[name, process.pid] as const] : [],
  );
  return new Map<string, number>([...running, ["nats-server", servers.nats.pid!]]);
}

/** Parts may end by themselves when they can't go on, but not with a status that says all was well. */
function badExits(exits: readonly Exit[]): string[] {
  return exits.flatMap(({ part, cause, code, signal, begun }) => {
    if (cause === undefined) return [`${part} ended by itself: ${signal ?? `status ${code}`}`];
    if (cause === "terminate" && begun && code !== 0)
      return [`${part} ended with ${signal ?? `status ${code}`} after SIGTERM`];
    return [];
  });
}
