import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, ensureTopology, onMissing, type Stoppable, type TopologyOptions } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { Logger, ReadinessPart } from "@vigil/service";

const RETRY_MS = 1_000;
/** Between two looks, however many find something missing. */
const GAP_MS = 250;
/**
 * What nobody uses at the moment may be deleted unnoticed, so all is looked for now and then. Seven small requests.
 */
const LOOK_MS = 10_000;

/** Keeps the streams of the bus in being. */
export interface Topology {
  readiness(): ReadinessPart;
  stop(): Promise<void>;
}

/**
 * Makes the streams, buckets and the consumer when they are missing: now, whenever there is a new connection, since the
 * broker may have lost its store, when somebody finds one missing, and now and then. Resolves after the first try; a broker that is away
 * does not stop a role from starting, it is tried again until it works.
 */
export async function keepTopology(bus: Bus, options: TopologyOptions, logger: Logger): Promise<Topology> {
  const keeper = new TopologyKeeper(bus, options, logger);
  await keeper.firstTry();
  return keeper;
}

class TopologyKeeper implements Topology {
  readonly #bus: Bus;
  readonly #options: TopologyOptions;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #watches: Stoppable[];
  readonly #timer: NodeJS.Timeout;
  #problem: string | undefined = "not looked at yet";
  #running: Promise<void> | undefined;
  #again = false;

  constructor(bus: Bus, options: TopologyOptions, logger: Logger) {
    this.#bus = bus;
    this.#options = options;
    this.#logger = logger;
    const onStatus = bus.onStatus((connected) => {
      if (connected) this.#start();
    });
    this.#watches = [onStatus, onMissing(bus, () => this.#start())];
    this.#timer = setInterval(() => {
      if (bus.status().connected) this.#start();
    }, LOOK_MS);
  }

  async firstTry(): Promise<void> {
    if (await this.#try()) return;
    this.#start();
  }

  readiness(): ReadinessPart {
    const ready = this.#problem === undefined;
    return { name: "streams", ready, ...(this.#problem === undefined ? {} : { detail: this.#problem }) };
  }

  async stop(): Promise<void> {
    for (const watch of this.#watches) watch.stop();
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  #start(): void {
    this.#again = true;
    this.#running ??= this.#untilDone().finally(() => {
      this.#running = undefined;
    });
  }

  async #untilDone(): Promise<void> {
    while (this.#again && !this.#stopping.signal.aborted) {
      this.#again = false;
      const done = await this.#try();
      if (done && !this.#again) return;
      this.#again = true;
      await sleep(done ? GAP_MS : RETRY_MS, undefined, { signal: this.#stopping.signal }).catch(
        () => undefined,
      );
    }
  }

  async #try(): Promise<boolean> {
    try {
      await ensureTopology(this.#bus, this.#options);
      this.#problem = undefined;
      return true;
    } catch (thrown) {
      const { message } = VigilError.from(thrown);
      if (message !== this.#problem)
        this.#logger.warn({ err: thrown }, "the streams could not be looked after");
      this.#problem = message;
      return false;
    }
  }
}
