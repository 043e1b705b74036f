import { type ClusterModelSource, VigilError } from "@vigil/core";
import { readClusterJson } from "./cluster-json.ts";
import { readScenarioXml } from "./scenario-xml.ts";

/**
 * A model from a file of either form, told apart by its first character: a name may lie or be absent.
 *
 * @param nameHint file name, for messages only
 * @throws VigilError invalid-input
 */
export function readModelFile(text: string, nameHint = "the file"): ClusterModelSource {
  // Editors on Windows put a byte order mark before the first character.
  const content = text.replace(/^\uFEFF/, "").trimStart();
  if (content.startsWith("<")) return readScenarioXml(content);
  if (content.startsWith("{")) return readClusterJson(content);
  throw new VigilError(
    "invalid-input",
    `${nameHint} is neither cluster JSON nor scenario XML: it begins with ${JSON.stringify(content.slice(0, 20))}`,
  );
}
