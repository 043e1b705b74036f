import { createApi } from "@vigil/api";
import { countedRoutes } from "./counted-routes.ts";
import type { HttpRole } from "./edge.ts";
import type { Access } from "./keystone.ts";
import { connectObservedState } from "./observed-state.ts";
import type { RoleSurroundings } from "./surroundings.ts";

export async function startApiRole(
  { config, loggerOf, metrics, bus, stateTls }: RoleSurroundings,
  { authenticator, policy }: Access,
  stateAddress: string,
): Promise<HttpRole> {
  const state = connectObservedState({ address: stateAddress, tls: stateTls }, "api", metrics);
  const api = await createApi({
    state,
    bus,
    authenticator,
    policy,
    eventMode: config.eventMode,
    listLimitMax: config.maxLimit,
    proxyHeaders: config.enableProxyHeadersParsing,
    ...(config.corsAllowedOrigin !== undefined && {
      allowedOrigins: config.corsAllowedOrigin.split(","),
    }),
    logger: loggerOf("api"),
  });
  return {
    ...api,
    routes: countedRoutes(api.routes, metrics),
    stop: async () => {
      await api.stop();
      state.close();
    },
  };
}
