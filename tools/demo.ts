/**
 * `make demo`: the whole system on this machine, with authentication on. One recorded alarm of a real Aodh
 * becomes one action plan. Serves until Ctrl-C; with --exit it stops by itself.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findNatsServer } from "@vigil/embedded";
import { readRecordedAlarm } from "./demo/recorded-alarm.ts";
import { reportPlan, suggestNext } from "./demo/report.ts";
import { Rest } from "./demo/rest.ts";
import { say, step } from "./demo/screen.ts";
import { prepare, type Surroundings } from "./demo/surroundings.ts";
import { runVigil, startVigil } from "./demo/vigil-process.ts";

const ROOT = join(import.meta.dirname, "..");
const SAMPLE = join(ROOT, "packages/vigil/samples/cluster.json");
const LOG = join(ROOT, ".cache/demo.log");

/** What an operator would create in advance: runs when an alarm calls it. */
const AUDIT = {
  name: "hot-host",
  audit_type: "EVENT",
  goal: "workload_balancing",
  strategy: "workload_balance",
};

async function demonstrate(surroundings: Surroundings): Promise<void> {
  const { url, operatorToken, operatorEnv, alarmToken } = surroundings;
  await step("importing the sample cluster", () => runVigil(["model", "import", SAMPLE], operatorEnv));
  const rest = new Rest(url, operatorToken);
  const audit = await step(`creating the EVENT audit ${AUDIT.name}`, () => rest.createAudit(AUDIT));
  const alarm = readRecordedAlarm();
  const times = { accepted: 0, plan: 0 };
  const plan = await step(`posting the recorded Aodh alarm ${alarm.name}`, async () => {
    const postedAt = performance.now();
    await rest.postAlarm(audit, alarm, alarmToken);
    times.accepted = performance.now() - postedAt;
    const first = await rest.awaitPlan(audit);
    times.plan = performance.now() - postedAt;
    return first;
  });
  reportPlan(audit, plan, times.accepted, times.plan);
  suggestNext(audit, plan, surroundings);
}

async function main(stayUp: boolean): Promise<void> {
  const startedAt = performance.now();
  const interrupted = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupted.resolve());
  // A reader that has gone (`| head`, a closed terminal) must not end this process before its servers.
  process.stdout.on("error", () => interrupted.resolve());
  mkdirSync(join(ROOT, ".cache"), { recursive: true });

  say("Vigil: one alarm becomes one action plan");
  await step("looking for nats-server", () =>
    findNatsServer({ onDownload: () => process.stdout.write("unpacking Debian's package ... ") }),
  );
  const surroundings = await step("starting a small Keystone", prepare);
  try {
    const vigil = await step("starting PostgreSQL, nats-server and every role of Vigil", () =>
      startVigil(surroundings.url, surroundings.serverEnv, LOG),
    );
    try {
      await demonstrate(surroundings);
      say();
      say(`All this took ${((performance.now() - startedAt) / 1000).toFixed(1)} s. The log is in ${LOG}.`);
      if (stayUp) {
        say("Serving until Ctrl-C.");
        await Promise.race([interrupted.promise, vigil.exited]);
      } else {
        say("Stopping. Without EXIT=1 it goes on serving, for the commands above.");
      }
    } finally {
      await vigil.stop();
    }
  } finally {
    await surroundings.remove();
  }
}

try {
  await main(!process.argv.includes("--exit"));
} catch (error) {
  process.stderr.write(`\nerror: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
