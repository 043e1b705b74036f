/** A cluster for the tests of one file: started before them, its logs kept when one of them fails. */

import { afterAll, afterEach, beforeAll } from "vitest";
import { Cluster } from "./cluster.ts";

/** @returns the cluster, once the tests run */
export function withCluster(): () => Cluster {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterEach((context) => {
    if (context.task.result?.state === "fail") cluster?.keep();
  });
  afterAll(() => cluster?.stop());
  return () => cluster!;
}
