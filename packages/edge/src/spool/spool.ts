/**
 * The spool of one edge: events that could not be published yet, and with a journal those that the ledger has not
 * confirmed, in a folder on disk that this process alone owns.
 */

import { join } from "node:path";
import { answerAll, ask, type Bus, type EventPublisher } from "@vigil/bus";
import { type AcceptedEvent, type JsonObject, VigilError } from "@vigil/core";
import { type Logger, Metrics, type ReadinessPart } from "@vigil/service";
import { EDGE_METRICS, PublishCounts } from "../metrics.ts";
import { Confirm, type ConfirmTimes } from "./confirm.ts";
import { openDisk } from "./disk.ts";
import { Drain } from "./drain.ts";
import { type Accepted, EventStore } from "./event-store.ts";
import { type Keepsakes, openKeepsakes } from "./keepsakes.ts";
import { SpoolLog } from "./log.ts";
import { PassedOver } from "./passed-over.ts";
import { DONE, FIRST_SECOND, PASSED_OVER, type Place, WAITING } from "./segments.ts";

export interface SpoolOptions {
  /** Made where it is missing. */
  folder: string;
  /** Takes the folder for this process. @throws VigilError conflict when another one has it */
  lock(folder: string): Promise<{ release(): Promise<void> }>;
  bus: Bus;
  /** Fails an event that the broker has not acknowledged in the time that a sender may wait. */
  publisher: Pick<EventPublisher, "publish">;
  /** That time, ms. */
  publishTimeoutMs: number;
  /** For the drain, with time for a slow broker. */
  patientPublisher: Pick<EventPublisher, "publish">;
  /**
   * Room for records, bytes. As much again for what is put aside as damaged, and for what the broker refused for good: a
   * whole spool may turn out to be either.
   */
  bytesMax: number;
  /** Whether each event is in the spool before it is accepted, and until the ledger has it. */
  journal: boolean;
  /** Who this is, for those who ask all edges. */
  name: string;
  /** Release of this process, for those who ask what lies here. */
  version?: string;
  logger: Logger;
  /** Where it counts. Default: where nobody looks. */
  metrics?: Metrics;
  confirmTimes?: Partial<ConfirmTimes>;
  /** Between tries of what the disk does not give back, ms. Default one minute. */
  tryAgainEveryMs?: number;
}

export interface Spool {
  /** See EventStore.accept. */
  accept(event: AcceptedEvent, body: Uint8Array): Promise<Accepted>;
  readiness(): ReadinessPart;
  /** Keeps what waits for the next start. */
  close(): Promise<void>;
}

/** A segment is some hundredth of the spool: the share that a record which is not done keeps from being freed. */
const SEGMENTS_MIN = 16;
const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
const SEGMENT_BYTES_MIN = 64 * 1024;
const ASK_TIMEOUT_MS = 5_000;
const CLOCK_BEGINS_AT_S = 86_400;
/** Event ids in the answer to topic `spool`, and bytes that are read for them. */
const IDS_MAX = 1_000;
const IDS_READ_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Opens the spool, and begins to publish what an earlier start left in it.
 * @throws VigilError conflict (another process owns the folder), unavailable (the folder can't be used)
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, logger } = options;
  const disk = await inFolder(folder, () => openDisk(folder));
  const lock = await options.lock(folder).catch(async (thrown: unknown) => {
    await disk.close();
    throw thrown;
  });
  try {
    const kept = async (name: string) =>
      openKeepsakes(await openDisk(join(folder, name)), join(folder, name), options.bytesMax, logger);
    return await inFolder(folder, async () => {
      const refused = await kept("refused");
      const segmentBytesMax = Math.max(
        SEGMENT_BYTES_MIN,
        Math.min(SEGMENT_BYTES_MAX, Math.floor(options.bytesMax / SEGMENTS_MIN)),
      );
      const limits = { bytesMax: options.bytesMax, segmentBytesMax };
      const log = await SpoolLog.open(disk, await kept("damaged"), limits, logger);
      return new OpenSpool(options, log, refused, lock);
    });
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
}

async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof VigilError) throw thrown;
    const { message } = VigilError.from(thrown);
    const text = `the spool's folder ${folder} can't be used: ${message}. Make it writable for this user, or name another with VIGIL_EDGE_SPOOL_DIR.`;
    throw new VigilError("unavailable", text, { cause: thrown });
  }
}

class OpenSpool implements Spool {
  readonly #options: SpoolOptions;
  readonly #log: SpoolLog;
  readonly #refused: Keepsakes;
  readonly #lock: { release(): Promise<void> };
  readonly #store: EventStore;
  readonly #passedOver: PassedOver;
  readonly #drain: Drain;
  readonly #confirm: Confirm | undefined;
  readonly #stops: { stop(): void }[];
  /** Of the stream, as its acknowledgements told last. */
  #sequence = 0;

  constructor(options: SpoolOptions, log: SpoolLog, refused: Keepsakes, lock: { release(): Promise<void> }) {
    const { bus, logger, journal } = options;
    const metrics = options.metrics ?? new Metrics();
    const publisher = this.#watched(options.publisher, new PublishCounts(metrics, "direct"));
    const spooled = metrics.counter(EDGE_METRICS.spooled).of();
    this.#options = options;
    this.#log = log;
    this.#refused = refused;
    this.#lock = lock;
    const publishedMark = () => (journal ? nowSecond() : DONE);
    this.#store = new EventStore({
      log,
      publisher,
      logger,
      journal,
      publishedMark,
      onSpooled: (startOver) => {
        if (startOver) {
          this.#drain.startOver();
          return;
        }
        spooled.inc();
        this.#drain.wake();
      },
    });
    const passedOver = new PassedOver({ ...options, log });
    this.#passedOver = passedOver;
    this.#drain = new Drain({
      log,
      publisher: this.#watched(options.patientPublisher, new PublishCounts(metrics, "drain")),
      refused,
      passedOver,
      logger,
      slowMs: options.publishTimeoutMs / 2,
      publishedMark,
      onProgress: (unsent) => this.#store.progress(unsent),
      onTrouble: (error) => this.#store.open(error),
    });
    this.#confirm = journal
      ? new Confirm({
          log,
          passedOver,
          logger,
          askLedger: (question) => ask(bus, "ledger", question, ASK_TIMEOUT_MS),
          publish: (place, spooled) => this.#drain.publishRecord(place, spooled),
          nowSecond,
          times: options.confirmTimes,
        })
      : undefined;
    this.#stops = [
      bus.onStatus((connected) => connected && this.#drain.retry()),
      answerAll(bus, "spool", () => this.#report()),
    ];
    this.#show(metrics);
  }

  /** A stream whose numbers begin anew has lost what it had. */
  #watched(
    publisher: Pick<EventPublisher, "publish">,
    counts: PublishCounts,
  ): Pick<EventPublisher, "publish"> {
    return {
      publish: async (event, body) => {
        const beganMs = performance.now();
        const ack = await publisher.publish(event, body).catch((thrown: unknown) => {
          counts.failed(thrown);
          throw thrown;
        });
        counts.acknowledged(beganMs);
        if (!ack.duplicate && ack.sequence < this.#sequence) this.#streamIsNew(ack.sequence);
        if (!ack.duplicate) this.#sequence = ack.sequence;
        return ack;
      },
    };
  }

  #streamIsNew(sequence: number): void {
    const fields = { sequence, before: this.#sequence, journaled: this.#log.segments.published };
    this.#options.logger.warn(
      fields,
      "the event stream was made anew: what it held is lost but for journals",
    );
    this.#confirm?.suspectAll();
  }

  accept(event: AcceptedEvent, body: Uint8Array): Promise<Accepted> {
    return this.#store.accept(event, body);
  }

  readiness(): ReadinessPart {
    const problem = this.#log.problem;
    if (problem !== undefined) return { name: "spool", ready: false, detail: problem };
    const { waiting, bytes, damagedFiles } = this.#log;
    const { detail } = this.#passedOver;
    const notes = [
      ...(waiting > 0 ? [`${waiting} events wait for NATS (${bytes} bytes)`] : []),
      ...(damagedFiles > 0
        ? [`${damagedFiles} damaged parts were put aside in ${join(this.#options.folder, "damaged")}`]
        : []),
      ...(detail === undefined ? [] : [detail]),
    ];
    return { name: "spool", ready: true, ...(notes.length > 0 ? { detail: notes.join("; ") } : {}) };
  }

  #show(metrics: Metrics): void {
    const log = this.#log;
    const oldest = metrics.source({ name: "spool", read: () => this.#oldestSeconds() });
    metrics.gauge(EDGE_METRICS.spoolOldestSeconds, () => oldest.latest());
    metrics.gauge(EDGE_METRICS.spoolInUse, () => (this.#store.isDirect ? 0 : 1));
    metrics.gauge(EDGE_METRICS.spoolRecords, () => log.waiting);
    metrics.gauge(EDGE_METRICS.spoolJournaled, () => log.segments.published);
    metrics.gauge(EDGE_METRICS.spoolBytes, () => log.bytes);
    metrics.gauge(EDGE_METRICS.spoolBytesMax, () => this.#options.bytesMax);
    metrics.gauge(EDGE_METRICS.spoolRefused, () => this.#refused.count());
    metrics.gauge(EDGE_METRICS.spoolDamaged, () => log.damagedFiles);
    metrics.gauge(
      EDGE_METRICS.spoolUnreadable,
      () => log.segments.passedOver + log.unreadableSegments.length,
    );
  }

  /** Reads one record. 0 when none waits, or the one was sent or found unreadable meanwhile. */
  async #oldestSeconds(): Promise<number> {
    const place = this.#log.segments.find((mark) => mark === WAITING);
    const [record] = place === undefined ? [] : await this.#log.read([place]);
    if (record === undefined || !("spooled" in record)) return 0;
    return Math.max(0, Date.now() - record.spooled.event.receivedAtMs) / 1_000;
  }

  /**
   * What lies here. `records` wait to be published, `journaled` are published and not confirmed by the ledger; `ids`
   * are event ids of the oldest of both; `oldestMs` is how long ago the first of them was received, 0 for none.
   * `unreadable`: what the disk does not give back, records or whole segments.
   */
  async #report(): Promise<JsonObject> {
    const { segments, waiting, bytes } = this.#log;
    const ids: string[] = [];
    let receivedAtMs = Number.POSITIVE_INFINITY;
    let readBytes = 0;
    let place: Place | undefined;
    while (ids.length < IDS_MAX && readBytes < IDS_READ_BYTES_MAX) {
      place = segments.find((mark) => mark !== DONE && mark !== PASSED_OVER, place);
      if (place === undefined) break;
      const [record] = await this.#log.read([place]);
      if (record === undefined || !("spooled" in record)) continue;
      const { event, body } = record.spooled;
      readBytes += body.length;
      receivedAtMs = Math.min(receivedAtMs, event.receivedAtMs);
      ids.push(event.eventId);
    }
    const oldestMs = ids.length === 0 ? 0 : Math.max(0, Date.now() - receivedAtMs);
    const refused = this.#refused.count();
    const journaled = segments.published;
    const unreadable = segments.passedOver + this.#log.unreadableSegments.length;
    const { name, version = "" } = this.#options;
    const who = { edge: name, version, clockMs: Date.now() };
    return { ...who, records: waiting, bytes, oldestMs, refused, journaled, unreadable, ids };
  }

  async close(): Promise<void> {
    for (const { stop } of this.#stops) stop();
    await this.#confirm?.stop();
    await this.#drain.stop();
    this.#passedOver.tellWhatIsLeft();
    await this.#log.close();
    await this.#refused.close();
    await this.#lock.release();
  }
}

/** Of a monotonic clock; later than FIRST_SECOND by more than any time that is waited for. */
function nowSecond(): number {
  return FIRST_SECOND + CLOCK_BEGINS_AT_S + Math.floor(performance.now() / 1_000);
}
