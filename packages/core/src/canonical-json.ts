/** A container that is being written. */
interface Open {
  close: string;
  /** Sorted keys of an object; undefined for an array. */
  keys: string[] | undefined;
  values: readonly unknown[];
  written: number;
}

/**
 * JSON text that is the same for equal values: members sorted by key (UTF-16 order), no blanks.
 * Iterative, because a sender may nest a hundred thousand levels within the size limit, and a recursion
 * would end the process's stack there.
 *
 * @param value what `JSON.parse` returns
 */
export function canonicalJson(value: unknown): string {
  const out: string[] = [];
  const stack: Open[] = [];
  open(value, out, stack);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.written === top.values.length) {
      out.push(top.close);
      stack.pop();
      continue;
    }
    if (top.written > 0) out.push(",");
    const key = top.keys?.[top.written];
    if (key !== undefined) out.push(JSON.stringify(key), ":");
    const next = top.values[top.written];
    top.written += 1;
    open(next, out, stack);
  }
  return out.join("");
}

/** Writes a scalar whole, of a container the opening bracket. */
function open(value: unknown, out: string[], stack: Open[]): void {
  if (Array.isArray(value)) {
    out.push("[");
    stack.push({ close: "]", keys: undefined, values: value, written: 0 });
  } else if (typeof value === "object" && value !== null) {
    const members = value as Record<string, unknown>;
    const keys = Object.keys(members).sort();
    out.push("{");
    stack.push({ close: "}", keys, values: keys.map((key) => members[key]), written: 0 });
  } else {
    out.push(JSON.stringify(value) ?? "null");
  }
}
