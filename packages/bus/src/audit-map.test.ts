import { describe, expect, test } from "vitest";
import { type AuditIndexEntry, AuditMap, isNewerVersion } from "./audit-map.ts";

const UUID_A = "0c1f4e0a-9a57-4a5e-8f3b-1f2b3c4d5e6f";
const UUID_B = "7d1f4e0a-9a57-4a5e-8f3b-1f2b3c4d5e6f";

function entry(over: Partial<AuditIndexEntry> = {}): AuditIndexEntry {
  const base = { uuid: UUID_A, id: "1", name: "Nightly", type: "EVENT", state: "PENDING", version: "1" };
  return { ...base, deleted: false, ...over };
}

function mapOf(...entries: AuditIndexEntry[]): AuditMap {
  const map = new AuditMap();
  for (const each of entries) map.apply(each);
  return map;
}

describe("finding an audit", () => {
  test("by id, uuid and name in any case", () => {
    const map = mapOf(entry());
    for (const ident of ["1", UUID_A, "Nightly", "nightly", "NIGHTLY"]) expect(map.find(ident)?.id).toBe("1");
    for (const ident of ["2", UUID_B, "night", "", " 1", "01"]) expect(map.find(ident)).toBeUndefined();
  });

  test("the exact name goes before another in other case, then the lowest id", () => {
    const upper = entry({ uuid: UUID_B, id: "10", name: "NIGHTLY" });
    const map = mapOf(upper, entry({ id: "9" }));
    expect(map.find("NIGHTLY")?.id).toBe("10");
    expect(map.find("Nightly")?.id).toBe("9");
    expect(map.find("nightly")?.id).toBe("9");
  });

  test("what looks like an integer or a uuid is never a name", () => {
    const map = mapOf(entry({ name: "12" }), entry({ uuid: UUID_B, id: "2", name: UUID_A.toUpperCase() }));
    expect(map.find("12")).toBeUndefined();
    expect(map.find(UUID_A.toUpperCase())).toBeUndefined();
    expect(map.find(UUID_A.replaceAll("-", ""))).toBeUndefined();
    expect(mapOf(entry({ name: "007" })).find("007")?.id).toBe("1");
  });
});

describe("applying entries", () => {
  test("a later version moves the name, an older one changes nothing", () => {
    const map = mapOf(entry({ version: "9" }), entry({ version: "10", name: "Weekly", state: "ONGOING" }));
    map.apply(entry({ version: "9" }));
    expect(map.find("Nightly")).toBeUndefined();
    expect(map.find("weekly")?.state).toBe("ONGOING");
    expect(map.size).toBe(1);
  });

  test("a deleted audit is not found and does not come back by a late older version", () => {
    const map = mapOf(entry(), entry({ version: "2", deleted: true }));
    map.apply(entry({ version: "1" }));
    for (const ident of ["1", UUID_A, "Nightly"]) expect(map.find(ident)).toBeUndefined();
    map.apply(entry({ uuid: UUID_B, id: "2", version: "1" }));
    expect(map.find("Nightly")?.id).toBe("2");
  });

  test("versions are 64-bit numbers, not texts or doubles", () => {
    expect(isNewerVersion("9223372036854775807", "9223372036854775806")).toBe(true);
    expect(isNewerVersion("10", "9")).toBe(true);
    expect(isNewerVersion("9", "9")).toBe(false);
  });
});
