/**
 * What storage columns hold as JSON texts. The texts of a snapshot are not looked at when it is opened, so
 * anything may stand in them: another form is refused here. Parsed anew each time: not for inner loops.
 */
import { VigilError } from "../errors.ts";
import { isJsonObject } from "../json.ts";
import type { ClusterModel, StorageColumns } from "./model.ts";

/** @throws VigilError invalid-input */
export function attachmentsOf(
  model: ClusterModel,
  { volumes }: StorageColumns,
  volume: number,
): { serverId: string; attachmentId: string }[] {
  const list = parse(model, volumes.attachments[volume] as number, "[]");
  if (!Array.isArray(list)) throw broken("attachments");
  return list.map((one: unknown) => {
    if (!isJsonObject(one)) throw broken("attachments");
    const { serverId, attachmentId } = one;
    if (typeof serverId !== "string" || typeof attachmentId !== "string") throw broken("attachments");
    return { serverId, attachmentId };
  });
}

/**
 * Names of the types that the storage node serves.
 * @throws VigilError invalid-input
 */
export function volumeTypesOf(model: ClusterModel, { nodes }: StorageColumns, node: number): string[] {
  const list = parse(model, nodes.volumeTypes[node] as number, "[]");
  if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
  throw broken("volume types");
}

/** @throws VigilError invalid-input */
export function extraSpecsOf(
  model: ClusterModel,
  { types }: StorageColumns,
  type: number,
): Map<string, string> {
  const specs = parse(model, types.extraSpecs[type] as number, "{}");
  if (!isJsonObject(specs)) throw broken("extra specs");
  return new Map(
    Object.entries(specs).map(([key, value]) => {
      if (typeof value !== "string") throw broken("extra specs");
      return [key, value];
    }),
  );
}

function parse(model: ClusterModel, text: number, missing: string): unknown {
  try {
    return JSON.parse(model.textOrNull(text) ?? missing);
  } catch (error) {
    if (error instanceof VigilError) throw error;
    throw broken("JSON");
  }
}

function broken(what: string): VigilError {
  return new VigilError(
    "invalid-input",
    `Broken snapshot: ${what} of its storage model have another form; import the model again`,
  );
}
