/** Values that nobody sends who means well. Texts of JSON are made by hand: JSON.stringify writes no 1e400. */

import fc from "fast-check";

/** Names and idents. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "x\udc00y",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "'; drop table audit; --",
    "%",
    "%00",
    "_",
    "*",
    "-1",
    "0",
    "1",
    "+1",
    "1.5",
    "9".repeat(30),
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "0x10",
    "1e309",
    "NaN",
    "null",
    "true",
    "..",
    "detail",
    "state",
    "start",
    "e\u0301\u202e\ufeff\u{1f4a9}",
    "\r\nx: y",
    "a".repeat(64),
    "é".repeat(256),
  ),
);

/** Texts of JSON values, or nearly: what a body is made of. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  hostileText.map((text) => JSON.stringify(text)),
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    "null",
    "true",
    "[]",
    "{}",
    "0",
    "-0",
    "-1",
    "1.5",
    "1e400",
    "-1e400",
    "1e-400",
    "123456789012345678901234567890",
    "9007199254740993",
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"a":1,"a":2}',
    '{"":{"":{"":""}}}',
    "[[[[[[[[1]]]]]]]]",
    '{"\\u0000":1}',
    '[{"compute":[{"exclude":[{"instances":[{"uuid":"x"}]}]}]}]',
    '[{"compute":[{"host_aggregates":[{"id":"*"}]}]}]',
    '[{"compute":[{"host_aggregates":[{"id":1e400}]}]}]',
    '{"para1":1e400}',
    '{"para1":3,"para2":"x"}',
    "[".repeat(70) + "]".repeat(70),
    `${'{"a":'.repeat(200)}1${"}".repeat(200)}`,
    "[".repeat(20_000) + "]".repeat(20_000),
  ),
);

/** Not JSON at all. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .constantFrom("", "{", "[1,", "{'a':1}", "nul", "\ufeff{}", '"\\x"', "a=1&b=2", "{} {}", "\u0000")
    .map(encoded),
  fc.constant(Uint8Array.of(0x22, 0xff, 0xfe, 0x22)),
);

/** A text as the bytes of a body. */
export function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
