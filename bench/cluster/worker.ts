/** A worker as `vigil worker` starts it, with one thread that waits in place of computing: see thread.ts. */

import { connectBus } from "@vigil/bus";
import { connectState } from "@vigil/proto";
import { answerProbe, createLogger, startHealthServer } from "@vigil/service";
import { startWorker } from "@vigil/worker";

const { NATS_URL = "", VIGIL_STATE_ADDRESS = "", VIGIL_HOST_NAME = "", VIGIL_HEALTH_PORT } = process.env;
const logger = createLogger({ role: "worker", level: "warn" });
const worker = await startWorker({
  bus: await connectBus({ servers: NATS_URL, name: `vigil worker ${VIGIL_HOST_NAME}`, logger }),
  state: connectState({ address: VIGIL_STATE_ADDRESS }),
  logger,
  host: VIGIL_HOST_NAME,
  threads: 1,
  threadModule: new URL("./thread.ts", import.meta.url),
  topology: { lookOnly: true },
});
const role = { name: "worker", readiness: () => worker.readiness(), stop: () => worker.stop() } as const;
await startHealthServer({
  host: "0.0.0.0",
  port: Number(VIGIL_HEALTH_PORT),
  probe: (path) => answerProbe(path, [role]),
});
process.once("SIGTERM", () => void role.stop().finally(() => process.exit(0)));
