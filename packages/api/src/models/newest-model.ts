/**
 * The newest model of the cloud, opened once per snapshot and shared by all who read it: a snapshot of 200,000
 * instances has some 30 MB, too much to fetch for each request. Of several snapshots one is held, the last that
 * was asked for; snapshots are read one after another, so no more than two are in memory at a time.
 */
import type { ModelHead, ModelStore } from "@vigil/bus";
import { type ClusterModel, type ModelSummary, openSnapshot, summarizeModel } from "@vigil/core";

/** Summaries kept; each is a few hundred bytes, and only the newest snapshot is usually asked for. */
const SUMMARIES_MAX = 8;

interface OpenedModel {
  readonly head: ModelHead;
  readonly model: ClusterModel;
}

interface SummarizedModel {
  readonly head: ModelHead;
  readonly summary: ModelSummary;
}

export interface NewestModel {
  /**
   * The newest snapshot, opened; undefined before the first import.
   * @throws VigilError unavailable, deadline (the broker), internal or invalid-input (a broken snapshot)
   */
  open(): Promise<OpenedModel | undefined>;
  /**
   * What it holds, counted once per snapshot. Throws as `open`.
   */
  summary(): Promise<SummarizedModel | undefined>;
  /** Takes a summary that somebody has made already. */
  remember(hash: string, summary: ModelSummary): void;
}

export function createNewestModel(models: Pick<ModelStore, "head" | "get">): NewestModel {
  return new Newest(models);
}

class Newest implements NewestModel {
  readonly #models: Pick<ModelStore, "head" | "get">;
  readonly #summaries = new Map<string, ModelSummary>();
  #held: { hash: string; model: ClusterModel } | undefined;
  /** Ends when nobody reads a snapshot any more. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(models: Pick<ModelStore, "head" | "get">) {
    this.#models = models;
  }

  async open(): Promise<OpenedModel | undefined> {
    const head = await this.#models.head("compute");
    return head === undefined ? undefined : { head, model: await this.#model(head.hash) };
  }

  async summary(): Promise<SummarizedModel | undefined> {
    const head = await this.#models.head("compute");
    if (head === undefined) return undefined;
    let summary = this.#summaries.get(head.hash);
    if (summary === undefined) {
      summary = summarizeModel(await this.#model(head.hash));
      this.remember(head.hash, summary);
    }
    return { head, summary };
  }

  remember(hash: string, summary: ModelSummary): void {
    this.#summaries.delete(hash);
    this.#summaries.set(hash, summary);
    const [oldest] = this.#summaries.keys();
    if (this.#summaries.size > SUMMARIES_MAX && oldest !== undefined) this.#summaries.delete(oldest);
  }

  /** Whoever waited finds what the one before has read: a snapshot never changes under its hash. */
  #model(hash: string): Promise<ClusterModel> {
    if (this.#held?.hash === hash) return Promise.resolve(this.#held.model);
    const read = async () => {
      if (this.#held?.hash === hash) return this.#held.model;
      const model = openSnapshot(await this.#models.get(hash));
      this.#held = { hash, model };
      return model;
    };
    const reading = this.#reading.then(read, read);
    this.#reading = reading;
    return reading;
  }
}
