/** How important an instance is: a number in its metadata, smaller is more important. */
import { isJsonObject } from "../../json.ts";
import { NO_TEXT } from "../../model/layout.ts";
import type { ClusterModel } from "../../model/model.ts";

const PRIORITY_KEY = "watcher-priority";
/** Of instances without the key, or with a value that is no number. */
const DEFAULT_PRIORITY = 5;

/** Equal metadata is one text in the model: each is parsed once. */
export function priorities(model: ClusterModel): (instance: number) => number {
  const { metadata } = model.instances;
  const known = new Map<number, number>([[NO_TEXT, DEFAULT_PRIORITY]]);
  return (instance) => {
    const text = metadata[instance] as number;
    let priority = known.get(text);
    if (priority === undefined) {
      priority = priorityIn(model.text(text));
      known.set(text, priority);
    }
    return priority;
  };
}

function priorityIn(metadata: string): number {
  const parsed: unknown = JSON.parse(metadata);
  const value = isJsonObject(parsed) ? parsed[PRIORITY_KEY] : undefined;
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === ""))
    return DEFAULT_PRIORITY;
  const priority = Number(value);
  return Number.isFinite(priority) ? priority : DEFAULT_PRIORITY;
}
