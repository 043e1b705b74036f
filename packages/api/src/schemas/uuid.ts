/**
 * What counts as a UUID in a request: the forms that Python's `uuid.UUID` reads, because Watcher's clients
 * send what that accepts. Upper case and dash-less forms are UUIDs that name no row, not type errors
 * (rest-api 1.10).
 */
export function isUuidLike(text: string): boolean {
  const digits = text
    .toLowerCase()
    .replace(/^urn:/, "")
    .replace(/^uuid:/, "")
    .replace(/^\{+|\}+$/g, "")
    .replaceAll("-", "");
  return /^[0-9a-f]{32}$/.test(digits);
}
