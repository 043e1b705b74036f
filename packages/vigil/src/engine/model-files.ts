/** From files to a snapshot in shared memory: cluster JSON or scenario XML, with what stands in files beside it. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { addMetricSet, inFile, mergeModels, readModelPart } from "@vigil/collectors";
import { type ClusterModelSource, encodeSnapshot, shareSnapshot, VigilError } from "@vigil/core";

export interface ModelFiles {
  /** Cluster JSON or scenario XML, gzipped or not. */
  cluster: string;
  /** Metric set; null: none. */
  metrics: string | null;
  /** Scenario XML or the block storage service's answers, with the storage model; null: none. */
  storage: string | null;
  /** Scenario XML with the bare metal model; null: none. */
  baremetal: string | null;
}

export interface LoadedModel {
  /** As the file says it, or the file's own name. */
  name: string;
  snapshot: SharedArrayBuffer;
}

/** First bytes of a gzip file: names may lie. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;
/** What one text of JavaScript holds. */
const TEXT_BYTES_MAX = 512 * 1024 * 1024;

/** @throws VigilError not-found: no such file; invalid-input: not readable, of another form */
export function loadModel(files: ModelFiles): LoadedModel {
  const text = readTextFile(files.cluster);
  const model = mergeModels([
    readModelPart(text, files.cluster),
    ...partOf(files.storage, "storage", "storage"),
    ...partOf(files.baremetal, "baremetal", "bare metal"),
  ]);
  const complete = files.metrics === null ? model : withMetricSet(model, files.metrics);
  const name = nameInside(text) ?? basename(files.cluster);
  return { name, snapshot: shareSnapshot(encodeSnapshot(complete)) };
}

/** One model at the most. A file without the part it was named for is another file than was meant. */
function partOf(file: string | null, part: "storage" | "baremetal", what: string): ClusterModelSource[] {
  if (file === null) return [];
  const model = readModelPart(readTextFile(file), file);
  if (model[part] !== null) return [model];
  throw new VigilError("invalid-input", `${file}: it holds no ${what} model, and --${part} wants one`);
}

/** A set adds metrics, and says nothing of those that the cluster has: two sources of one would be a guess. */
function withMetricSet(model: ClusterModelSource, file: string): ClusterModelSource {
  const complete = inFile(file, () => addMetricSet(model, readTextFile(file)));
  const own = new Set(model.metrics.map(({ name }) => name));
  const added = new Set(complete.metrics.slice(model.metrics.length).map(({ name }) => name));
  const both = [...added].filter((name) => own.has(name));
  if (both.length === 0) return complete;
  throw new VigilError(
    "invalid-input",
    `${file}: the cluster file has samples of ${both.join(", ")} of its own; leave them out of one of the two`,
  );
}

/**
 * The cluster's own name, where it stands before the first list of the file, as generators write it. The model
 * has no room for it, and 100 MB are not parsed a second time for a label.
 */
function nameInside(text: string): string | null {
  if (!text.trimStart().startsWith("{")) return null;
  const head = text.slice(0, text.indexOf("["));
  return /"name"\s*:\s*"([^"\\]+)"/.exec(head)?.[1] ?? null;
}

/**
 * Text of a file, unpacked where it is gzipped.
 * @throws VigilError not-found: no such file; invalid-input: it can't be read or is empty
 */
export function readTextFile(file: string): string {
  try {
    const bytes = readFileSync(file);
    const packed = GZIP_MAGIC.every((byte, at) => bytes[at] === byte);
    const text = (packed ? gunzipSync(bytes, { maxOutputLength: TEXT_BYTES_MAX }) : bytes).toString("utf8");
    if (text.trim() !== "") return text;
  } catch (error) {
    const kind = (error as NodeJS.ErrnoException).code === "ENOENT" ? "not-found" : "invalid-input";
    throw new VigilError(kind, `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
  throw new VigilError("invalid-input", `${file} is empty`);
}
