import { describe, expect, test } from "vitest";
import { readIdent } from "./ident.ts";

const UUID = "8d9f6c26-5d4f-4f0e-9a6f-1f2f3a4b5c6d";

describe("readIdent", () => {
  test.each([
    ["0", { by: "id", id: "0" }],
    ["17", { by: "id", id: "17" }],
    ["9223372036854775807", { by: "id", id: "9223372036854775807" }],
    ["9223372036854775808", { by: "nothing" }],
    ["-1", { by: "nothing" }],
    ["007", { by: "name", name: "007" }],
    ["1.5", { by: "name", name: "1.5" }],
    [UUID, { by: "uuid", uuid: UUID }],
    [UUID.toUpperCase(), { by: "nothing" }],
    [UUID.replaceAll("-", ""), { by: "nothing" }],
    [`{${UUID}}`, { by: "nothing" }],
    [`urn:uuid:${UUID}`, { by: "nothing" }],
    ["dummy", { by: "name", name: "dummy" }],
    ["dummy-2026-11-22T16:48:53.723951", { by: "name", name: "dummy-2026-11-22T16:48:53.723951" }],
    ["Prüfung 1", { by: "name", name: "Prüfung 1" }],
    ["", { by: "nothing" }],
    ["a\0b", { by: "nothing" }],
  ])("%j", (text, ident) => {
    expect(readIdent(text)).toEqual(ident);
  });
});
