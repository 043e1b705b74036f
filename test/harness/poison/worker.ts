/** A worker as `vigil worker` starts it, but for the module that its threads run. Environment: NATS_URL, VIGIL_STATE_ADDRESS. */

import { connectBus } from "@vigil/bus";
import { connectState } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startWorker } from "@vigil/worker";

/** Longer than the test: what never ends is ended by other means. */
const RUN_TIME_MAX_MS = 600_000;
/** Two runs at once. */
const THREADS = 2;

const logger = createLogger({ role: "worker", level: "info" });
const bus = await connectBus({ servers: process.env.NATS_URL ?? "", name: "poison", logger });
await startWorker({
  bus,
  state: connectState({ address: process.env.VIGIL_STATE_ADDRESS ?? "" }),
  logger,
  host: "poison",
  threads: THREADS,
  runTimeMaxMs: RUN_TIME_MAX_MS,
  threadModule: new URL("./thread.ts", import.meta.url),
});
