import { expect, test } from "vitest";
import { parseDelivery } from "./delivery.ts";

test("both forms of the reply subject are read", () => {
  const delivery = {
    sequence: 4_102,
    consumerSequence: 77,
    deliveries: 2,
    timeMs: 1_700_000_000_123,
    pending: 9,
  };
  expect(parseDelivery("$JS.ACK.S.workers.2.4102.77.1700000000123456789.9")).toEqual(delivery);
  expect(parseDelivery("$JS.ACK._.hash.S.workers.2.4102.77.1700000000123456789.9.rnd")).toEqual(delivery);
});

test.each(["", "_INBOX.x.1", "$JS.ACK.S.workers.2.x.77.1.9", "$JS.ACK.S"])("%j is none", (reply) => {
  expect(() => parseDelivery(reply)).toThrow("not JetStream's");
});
