import {
  mergeModels,
  readClusterJson,
  readModelPart,
  readScenarioXml,
  requireCompute,
} from "@vigil/collectors";
import { type ClusterModelSource, encodeSnapshot, openSnapshot, summarizeModel } from "@vigil/core";
import { z } from "zod";
import type { Services } from "./context.ts";
import { allowed, router } from "./init.ts";
import { headShape, summaryShape } from "./shapes.ts";
import { snapshotChunks } from "./snapshot-download.ts";

const FILE_NAME_LENGTH_MAX = 255;
/** Beside the first file: a model has three parts, and no part comes from two files. */
const MORE_FILES_MAX = 2;

const importedFile = z.strictObject({
  /** The file's text. */
  content: z.string().min(1),
  /** `auto` tells the forms apart by their content. */
  format: z.enum(["auto", "cluster-json", "scenario-xml"]).default("auto"),
  /** For messages, and kept with the snapshot. */
  fileName: z.string().max(FILE_NAME_LENGTH_MAX).optional(),
});

const importInput = importedFile.extend({
  /** Files with the other parts of the model: storage, bare metal. */
  more: z.array(importedFile).max(MORE_FILES_MAX).default([]),
});

/** The cluster data model that strategies compute on. */
export const modelRouter = router({
  /** Stores a snapshot and makes it the newest. */
  import: allowed("admin_api")
    .input(importInput)
    .output(headShape.extend({ summary: summaryShape }))
    .mutation(({ ctx, input }) => importModel(ctx.services, input)),

  /** Which snapshot is newest; null before the first import. */
  current: allowed("data_model:get_all")
    .output(headShape.nullable())
    .query(async ({ ctx }) => {
      const head = await ctx.services.models.head("compute");
      return head === undefined ? null : pick(head);
    }),

  /** What the newest snapshot holds; null before the first import. */
  summary: allowed("data_model:get_all")
    .output(headShape.extend({ summary: summaryShape }).nullable())
    .query(async ({ ctx }) => {
      const newest = await ctx.services.newest.summary();
      return newest === undefined ? null : { ...pick(newest.head), summary: newest.summary };
    }),

  /** A snapshot that may no longer be the newest, as a run names it: base64 texts, one piece of it each. */
  snapshot: allowed("data_model:get_all")
    .input(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) }))
    .query(({ ctx, input }) => snapshotChunks(ctx.services, input.hash)),
});

function pick(head: { hash: string; importedAt: string; revision: number }) {
  return { hash: head.hash, importedAt: head.importedAt, revision: head.revision };
}

/**
 * The head is read before the snapshot is stored and replaced only if it is still that one: of two
 * imports at a time the second to finish is told, instead of hiding the other's model.
 */
async function importModel({ models, newest, nowMs }: Services, input: z.output<typeof importInput>) {
  const before = await models.head("compute");
  const bytes = encodeSnapshot(readFiles(input));
  const summary = summarizeModel(openSnapshot(bytes.buffer));
  const hash = await models.put(bytes);
  newest.remember(hash, summary);
  const importedAt = new Date(nowMs()).toISOString();
  const names = [input, ...input.more].flatMap(({ fileName }) => fileName ?? []);
  const details = {
    fileName: names.length === 0 ? null : names.join(", "),
    nodes: summary.nodes,
    instances: summary.instances,
  };
  const revision = await models.setHead("compute", { hash, importedAt, details }, before?.revision ?? 0);
  return { hash, importedAt, revision, summary };
}

function readFiles({ more, ...first }: z.output<typeof importInput>): ClusterModelSource {
  return requireCompute(mergeModels([first, ...more].map(readFile)), first.fileName);
}

function readFile({ content, format, fileName }: z.output<typeof importedFile>): ClusterModelSource {
  switch (format) {
    case "cluster-json":
      return readClusterJson(content);
    case "scenario-xml":
      return readScenarioXml(content);
    case "auto":
      return readModelPart(content, fileName);
  }
}
