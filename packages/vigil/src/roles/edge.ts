import { join } from "node:path";
import { createEventPublisher, openAuditIndex } from "@vigil/bus";
import { createEdge, openSpool } from "@vigil/edge";
import { lockFolder } from "@vigil/embedded";
import type { HttpRoutes } from "@vigil/http";
import type { Role } from "@vigil/service";
import { VERSION } from "../cli/version.ts";
import type { Access } from "./keystone.ts";
import type { RoleSurroundings } from "./surroundings.ts";

export interface HttpRole extends Role {
  readonly routes: HttpRoutes;
}

/** The drain of the spool has time: a broker that answers late is still a broker that takes events. */
const PATIENT_PUBLISH_TIMEOUT_MS = 5_000;

export async function startEdgeRole(
  { config, loggerOf, metrics, bus }: RoleSurroundings,
  { authenticator, policy }: Access,
): Promise<HttpRole> {
  const logger = loggerOf("edge");
  const publishTimeoutMs = config.edgePublishTimeoutMs;
  const publisher = createEventPublisher(bus, { deadlineMs: publishTimeoutMs });
  const patientPublisher = createEventPublisher(bus, { deadlineMs: PATIENT_PUBLISH_TIMEOUT_MS });
  const spool = await openSpool({
    folder: config.edgeSpoolDir ?? join(config.dataDir, "edge"),
    lock: lockFolder,
    bus,
    publisher,
    publishTimeoutMs,
    patientPublisher,
    bytesMax: config.edgeSpoolBytesMax,
    journal: config.edgeJournal === "always",
    name: `${config.hostName}:${config.httpPort}`,
    version: VERSION,
    logger,
    metrics,
  });
  const auditIndex = await openAuditIndex(bus);
  const edge = createEdge({
    bus,
    spool,
    auditIndex,
    authenticator,
    policy,
    enableWebhooksAuth: config.enableWebhooksAuth,
    eventMode: config.eventMode,
    limits: {
      bodyBytesMax: config.webhookBodyBytesMax,
      bodiesBytesMax: config.webhookBodiesBytesMax,
      sourcePerSecondMax: config.webhookSourcePerSecondMax,
      auditPerSecondMax: config.webhookAuditPerSecondMax,
    },
    logger,
    metrics,
  });
  return {
    ...edge,
    stop: async () => {
      await edge.stop();
      await spool.close();
      publisher.close();
      patientPublisher.close();
      await auditIndex.close();
    },
  };
}
