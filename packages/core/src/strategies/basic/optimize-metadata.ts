/** Option `check_optimize_metadata`: which instances their metadata lets take part. */
import { readFlagWord } from "../../flag-word.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import { NO_TEXT } from "../../model/layout.ts";
import type { ClusterModel } from "../../model/model.ts";

/**
 * Whether an instance may be optimized: without metadata yes, with metadata if its key `optimize` reads
 * true. Equal texts have one index in the model, so each is parsed once.
 */
export function optimizable(model: ClusterModel): (instance: number) => boolean {
  const { metadata } = model.instances;
  const known = new Map<number, boolean>();
  return (instance) => {
    const text = metadata[instance] as number;
    if (text === NO_TEXT) return true;
    const before = known.get(text);
    if (before !== undefined) return before;
    const answer = readsOptimize(JSON.parse(model.text(text)) as JsonValue);
    known.set(text, answer);
    return answer;
  };
}

function readsOptimize(metadata: JsonValue): boolean {
  if (!isJsonObject(metadata) || Object.keys(metadata).length === 0) return true;
  // What is no word for yes reads false.
  return Object.hasOwn(metadata, "optimize") && readFlagWord(String(metadata.optimize)) === true;
}
