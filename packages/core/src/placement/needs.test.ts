import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSnapshot } from "../model/open.ts";
import { Overlay } from "../model/overlay.ts";
import { cluster, instance, snapshotOf } from "../testing/clusters.ts";
import { numberNeeds } from "./needs.ts";

describe("numberNeeds", () => {
  it("gives the same number to the same needs only", () => {
    const need = fc.record({
      vcpus: fc.nat(3),
      memoryMiB: fc.constantFrom(0, 1, 0xffffffff),
      diskGb: fc.nat(2),
      pinnedAz: fc.constantFrom(null, "a", "b"),
    });
    fc.assert(
      fc.property(fc.array(need, { maxLength: 200, size: "max" }), (needs) => {
        const instances = needs.map((members, at) => instance(`i${at}`, null, members));
        const overlay = new Overlay(openSnapshot(snapshotOf(cluster({ instances }))));
        const { pinnedAz } = overlay.model.instances;
        const { numberOf, count } = numberNeeds(overlay, (at) => pinnedAz[at] as number);
        const byText = new Map<string, number>();
        needs.forEach((members, at) => {
          const text = JSON.stringify(members);
          if (!byText.has(text)) byText.set(text, byText.size);
          expect(numberOf[at]).toBe(byText.get(text));
        });
        expect(count).toBe(byText.size);
      }),
    );
  });
});
