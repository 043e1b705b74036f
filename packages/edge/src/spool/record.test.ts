import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberedEvent, numberOf } from "../testing/events.ts";
import { crc32c } from "./crc32c.ts";
import { draftRecord, findRecords, openRecord, sealRecord } from "./record.ts";

const SALT = 0x9f3a12bc;

function record(n: number, body: Uint8Array = Buffer.from(`{"n": ${n}}`), salt = SALT): Buffer {
  return Buffer.concat(sealRecord(draftRecord(numberedEvent(n), body), salt));
}

const numbersIn = (bytes: Buffer) =>
  findRecords(bytes, SALT).records.map(({ start, end }) =>
    numberOf(openRecord(bytes.subarray(start, end), SALT).event),
  );

test("the checksum is CRC-32C: check values of RFC 3720, appendix B.4, and in pieces as in one", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  const bytes = Buffer.from(Array.from({ length: 1_021 }, (_, n) => (n * 37) & 0xff));
  for (const cut of [0, 1, 2, 3, 500]) {
    expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
  }
});

test("a record gives back the event and the body byte for byte", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: "binary" }), (body, ident) => {
      const event = numberedEvent(1, { auditIdent: ident });
      const draft = draftRecord(event, body);
      const bytes = Buffer.concat(sealRecord(draft, SALT));
      expect(bytes.length).toBe(draft.bytes);
      const opened = openRecord(bytes, SALT);
      expect(opened.event).toEqual(JSON.parse(JSON.stringify(event)));
      expect(Buffer.from(opened.body)).toEqual(Buffer.from(body));
    }),
    { numRuns: 200 },
  );
});

describe("a file of records", () => {
  const three = [record(0), record(1), record(2)];
  const file = Buffer.concat(three);
  const ends = three.map((_, n) => Buffer.concat(three.slice(0, n + 1)).length);

  test("cut at any byte: whole records are found, the torn one is told apart from damage", () => {
    for (let length = 0; length <= file.length; length++) {
      const cut = file.subarray(0, length);
      const whole = ends.filter((end) => end <= length).length;
      const found = findRecords(cut, SALT);
      expect(numbersIn(cut)).toEqual([0, 1, 2].slice(0, whole));
      expect(found.damaged).toEqual([]);
      expect(found.tornAt).toBe(ends[whole - 1] ?? 0);
    }
  });

  test("lengthened by a power failure with zeros: no damage", () => {
    for (const zeros of [1, 15, 16, 5_000]) {
      const found = findRecords(Buffer.concat([file, Buffer.alloc(zeros)]), SALT);
      expect(found).toMatchObject({ damaged: [], tornAt: file.length });
      expect(found.records).toHaveLength(3);
    }
  });

  test("with any one bit flipped: the records beside it are found, and the damage is told of", () => {
    for (let at = 0; at < file.length; at++) {
      const bytes = Buffer.from(file);
      bytes[at] = bytes[at]! ^ (1 << (at % 8));
      const hit = ends.findIndex((end) => at < end);
      expect(numbersIn(bytes)).toEqual([0, 1, 2].filter((n) => n !== hit));
      const found = findRecords(bytes, SALT);
      expect(found.damaged).toEqual([{ start: ends[hit - 1] ?? 0, end: ends[hit] }]);
      expect(found.tornAt).toBe(file.length);
    }
  });

  test("overwritten anywhere with anything: nothing is invented, nothing is out of order, every byte is accounted for", () => {
    const overwritten = fc.record({
      at: fc.nat(file.length - 1),
      with: fc.uint8Array({ minLength: 1, maxLength: 700 }),
      cut: fc.nat(file.length),
    });
    fc.assert(
      fc.property(overwritten, (damage) => {
        const bytes = Buffer.from(file);
        bytes.set(damage.with.subarray(0, file.length - damage.at), damage.at);
        const left = bytes.subarray(0, Math.max(damage.cut, damage.at));
        const numbers = numbersIn(left);
        expect(numbers).toEqual([0, 1, 2].filter((n) => numbers.includes(n)));
        const { records, damaged, tornAt } = findRecords(left, SALT);
        const stretches = [...records, ...damaged].sort((a, b) => a.start - b.start);
        let end = 0;
        for (const stretch of stretches) {
          expect(stretch.start).toBe(end);
          end = stretch.end;
        }
        expect(end).toBe(tornAt);
      }),
      { numRuns: 500 },
    );
  });

  test("a record within a body is never taken for one, whatever is damaged around it", () => {
    // The sender knows the format, and not the salt.
    const forged = record(9, Buffer.from("{}"), 0);
    const bytes = Buffer.concat([record(0, Buffer.concat([forged, forged])), record(1)]);
    for (let at = 0; at < 64; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ 0xff;
      expect(numbersIn(damaged)).toEqual([1]);
    }
  });
});
