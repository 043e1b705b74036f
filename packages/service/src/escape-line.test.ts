import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

const HOSTILE =
  'a\r\n{"level":"fatal","msg":"forged"}\u2028b\u2029c\u0085d\u001b[2Je\u009b31mf\u007fg\u202eh\u0000';

test("text from outside makes no line of its own and no command to a terminal, in messages, values, keys and errors", () => {
  const lines: string[] = [];
  const logger = createLogger({
    role: "edge",
    level: "info",
    destination: { write: (line) => lines.push(line) },
  });
  logger.info({ audit: HOSTILE, [HOSTILE]: [HOSTILE], err: new Error(HOSTILE) }, HOSTILE);
  logger.child({ user: HOSTILE }).info("m");
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line.endsWith("\n")).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
  }
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: "info",
    audit: HOSTILE,
    msg: HOSTILE,
    [HOSTILE]: [HOSTILE],
  });
  expect(JSON.parse(lines[1]!)).toMatchObject({ user: HOSTILE });
});
