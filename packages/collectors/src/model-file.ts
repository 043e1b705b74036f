import { type ClusterModelSource, type JsonObject, VigilError } from "@vigil/core";
import { isBlockStorage, readBlockStorage } from "./block-storage.ts";
import { parseObject, readCluster } from "./cluster-json.ts";
import { EMPTY_MODEL, requireCompute } from "./merge-models.ts";
import { readScenarioXml } from "./scenario-xml.ts";

/**
 * A model from a file of any form, told apart by its content: a name may lie or be absent.
 *
 * @param nameHint file name, for messages only
 * @throws VigilError invalid-input; also where the file holds no compute model but others
 */
export function readModelFile(text: string, nameHint = "the file"): ClusterModelSource {
  return requireCompute(readModelPart(text, nameHint), nameHint);
}

/**
 * What a file holds, which may be a storage model alone: cluster JSON, scenario XML, or the block storage
 * service's answers as JSON. To be put together by `mergeModels`.
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
