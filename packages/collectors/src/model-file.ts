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
 * @param nameHint file name, for messages only
 * @throws VigilError invalid-input
 */
export function readModelPart(text: string, nameHint = "the file"): ClusterModelSource {
  // Editors on Windows put a byte order mark before the first character.
  const content = text.replace(/^\uFEFF/, "").trimStart();
  if (content.startsWith("<")) return readScenarioXml(content);
  if (content.startsWith("{")) return readObject(parseObject(content));
  throw new VigilError(
    "invalid-input",
    `${nameHint} is neither cluster JSON nor scenario XML: it begins with ${JSON.stringify(content.slice(0, 20))}`,
  );
}

function readObject(file: JsonObject): ClusterModelSource {
  return isBlockStorage(file) ? { ...EMPTY_MODEL, storage: readBlockStorage(file) } : readCluster(file);
}
