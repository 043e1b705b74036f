import { defineEntity, p } from "@mikro-orm/core";
import { createdAt, id, json } from "./columns.ts";

/** A cluster model as it lies in the object store, kept here as well: the store may be lost. */
export const ModelSnapshotSchema = defineEntity({
  name: "ModelSnapshot",
  tableName: "model_snapshot",
  properties: {
    id: id(),
    /** Hex SHA-256 of its bytes: its name in the object store. */
    hash: p.text().unique(),
    /** Bytes. */
    size: p.bigint("string"),
    createdAt: createdAt(),
    /** When it was last seen to be the newest of its kind. */
    headedAt: createdAt(),
  },
});

/** A piece of a snapshot, 1 MiB at most. */
export const ModelChunkSchema = defineEntity({
  name: "ModelChunk",
  tableName: "model_chunk",
  properties: {
    snapshot: () => p.manyToOne(ModelSnapshotSchema).primary().deleteRule("cascade"),
    n: p.integer().primary(),
    bytes: p.blob(),
  },
});

/** Which snapshot is the newest of a kind. */
export const ModelHeadSchema = defineEntity({
  name: "ModelHead",
  tableName: "model_head",
  properties: {
    kind: p.text().primary(),
    hash: p.text(),
    /** ISO 8601, by the importer's clock. */
    importedAt: p.text(),
    details: json<Record<string, unknown>>(),
  },
});
