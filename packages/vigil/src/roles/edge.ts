import { createEventPublisher, openAuditIndex } from "@vigil/bus";
import { createEdge } from "@vigil/edge";
import type { HttpRoutes } from "@vigil/http";
import type { Role } from "@vigil/service";
import type { Access } from "./keystone.ts";
import type { RoleSurroundings } from "./surroundings.ts";

export interface HttpRole extends Role {
  readonly routes: HttpRoutes;
}

export async function startEdgeRole(
  { config, loggerOf, bus }: RoleSurroundings,
  { authenticator, policy }: Access,
): Promise<HttpRole> {
  const publisher = createEventPublisher(bus);
  const auditIndex = await openAuditIndex(bus);
  const edge = createEdge({
    bus,
    publisher,
    auditIndex,
    authenticator,
    policy,
    enableWebhooksAuth: config.enableWebhooksAuth,
    eventMode: config.eventMode,
    limits: {
      bodyBytesMax: config.webhookBodyBytesMax,
      sourcePerSecondMax: config.webhookSourcePerSecondMax,
      auditPerSecondMax: config.webhookAuditPerSecondMax,
    },
    logger: loggerOf("edge"),
  });
  return {
    ...edge,
    stop: async () => {
      await edge.stop();
      await publisher.close();
      await auditIndex.close();
    },
  };
}
