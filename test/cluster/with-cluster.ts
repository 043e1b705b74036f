/** A cluster for the tests of one file: started before them, its logs kept when one of them fails. */

import { afterAll, afterEach, beforeAll } from "vitest";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { makeRelease, type Release, removeRelease } from "./releases.ts";

/** @returns the cluster, once the tests run */
export function withCluster(options: Omit<ClusterOptions, "release"> = {}): () => Cluster {
  let release: Release;
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    release = makeRelease();
    cluster = await Cluster.start({ ...options, release });
  });
  afterEach((context) => {
    if (context.task.result?.state === "fail") cluster?.keep();
  });
  afterAll(async () => {
    await cluster?.stop();
    removeRelease(release);
  });
  return () => cluster!;
}
