/** Reading of JSON that others wrote: nothing is believed to be there. */

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Member `name` of what may be an object; undefined where it is not. */
export function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

export function textMember(value: unknown, name: string): string {
  return optionalText(member(value, name)) ?? "";
}

export function listMember(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name);
  return Array.isArray(list) ? list : [];
}
