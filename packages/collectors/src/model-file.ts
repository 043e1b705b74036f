import { type ClusterModelSource, type JsonObject, VigilError } from "@vigil/core";
import { isBlockStorage, readBlockStorage } from "./block-storage.ts";
import { parseObject, readCluster } from "./cluster-json.ts";
import { EMPTY_MODEL } from "./merge-models.ts";
import { readScenarioXml } from "./scenario-xml.ts";

/**
 * What a file holds, which may be a storage model alone: cluster JSON, scenario XML, or the block storage
 * service's answers as JSON, told apart by content: a name may lie or be absent. `mergeModels` puts files
 * together, `requireCompute` refuses what is no cloud.
 *
 * @param nameHint file name; messages begin with it, since there may be several files
 * @throws VigilError invalid-input
 */
export function readModelPart(text: string, nameHint = "the file"): ClusterModelSource {
  // Editors on Windows put a byte order mark before the first character.
  const content = text.replace(/^\uFEFF/, "").trimStart();
  if (content.startsWith("<")) return inFile(nameHint, () => readScenarioXml(content));
  if (content.startsWith("{")) return inFile(nameHint, () => readObject(parseObject(content)));
  throw new VigilError(
    "invalid-input",
    `${nameHint} is neither cluster JSON nor scenario XML: it begins with ${JSON.stringify(content.slice(0, 20))}`,
  );
}

/** Puts the file's name before what a reader says of its content. */
export function inFile<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof VigilError)) throw error;
    throw new VigilError(error.kind, `${name}: ${error.message}`, { cause: error });
  }
}

function readObject(file: JsonObject): ClusterModelSource {
  return isBlockStorage(file) ? { ...EMPTY_MODEL, storage: readBlockStorage(file) } : readCluster(file);
}
