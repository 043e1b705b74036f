/**
 * `make bench-cluster`: several hosts on one machine (test/cluster): plans per second of 1, 2 and 4 workers, events per second
 * of one state process and of two, and what an event costs each part. With --write the tables go to docs/sizing.md.
 */

import { parseArgs } from "node:util";
import { Cluster } from "../../test/cluster/cluster.ts";
import needs from "../../test/cluster/needs.ts";
import { machine, progress, writeSection } from "../figures.ts";
import { costs } from "./costs.ts";
import { pageText } from "./page.ts";
import { workerRates } from "./plans.ts";
import { stateRates } from "./state-rates.ts";

/** Of the machine's processors one at the least has to be left to all that is not computing. */
const COMPUTING = [1, 2, 4];
/** More than a machine of two processors could compute, so these wait: as if each had a processor of its own. */
const WAITING = [1, 2, 4, 8];
/** As many as eight workers need for a round of some seconds. */
const AUDITS = "400";
const INGEST_AUDITS = 100;

const { values } = parseArgs({
  options: { write: { type: "boolean", default: false }, audits: { type: "string", default: AUDITS } },
});
needs();
const limits = { VIGIL_WEBHOOK_SOURCE_PER_SECOND_MAX: "0", VIGIL_WEBHOOK_AUDIT_PER_SECOND_MAX: "0" };
progress("hosts ...");
const cluster = await Cluster.start({ workers: 0, appliers: 0, env: limits });
process.once("SIGINT", () => process.exit(130));
try {
  const targets = await cluster.prepare([{ count: Number(values.audits), weight: 1, audit: {} }]);
  const audits = targets.map(({ audit }) => audit);
  progress("workers that wait for 50 ms a run ...");
  const waiting = await workerRates(cluster, audits, WAITING, "wait");
  progress("what an event costs ...");
  const spent = await costs(cluster, audits);
  progress("workers that compute 50 ms a run ...");
  const computing = await workerRates(cluster, audits, COMPUTING, "compute");
  progress("events into the ledger ...");
  const ledger = audits.slice(0, INGEST_AUDITS);
  const two = await stateRates(cluster, ledger);
  await cluster.remove([cluster.role("state", 2)]);
  const one = await stateRates(cluster, ledger);
  const text = pageText({ machine: machine(), waiting, computing, states: [...one, ...two], costs: spent });
  process.stdout.write(`${text}\n`);
  if (values.write) writeSection("worker VMs", text, "sizing.md");
} finally {
  await cluster.stop();
}
