import { describe, expect, test } from "vitest";
import { factLines, tableText } from "./table.ts";
import { jsonLine, printable, printableLines } from "./terminal-text.ts";

const HOSTILE = "\u001b]0;owned\u0007 a\nb\tc\r\u009b31m \u202edesrever\u2028 \u007f é 木 🙂";

describe("text of others", () => {
  test("can't command a terminal", () => {
    expect(printable(HOSTILE)).toBe(
      "\\u001b]0;owned\\u0007 a\\u000ab\\u0009c\\u000d\\u009b31m \\u202edesrever\\u2028 \\u007f é 木 🙂",
    );
    expect(printableLines("a\n\u001b[2J\tb")).toBe("a\n\\u001b[2J\tb");
  });

  test("as JSON is the same value", () => {
    const line = jsonLine({ body: HOSTILE });
    expect(JSON.parse(line)).toEqual({ body: HOSTILE });
    expect(line).toBe(`${printable(line.trimEnd())}\n`);
  });
});

describe("tables", () => {
  test("align their columns and cut none", () => {
    const table = tableText(
      ["ID", "REASON"],
      [
        ["1", "a\nb"],
        ["1000", null],
      ],
    );
    expect(table).toBe("ID    REASON\n1     a\\u000ab\n1000  -\n");
  });

  test("facts leave out what is not known", () => {
    expect(factLines({ state: "DONE", reason: null, run: "x\u0007" })).toBe(
      "  state  DONE\n  run    x\\u0007\n",
    );
  });
});
