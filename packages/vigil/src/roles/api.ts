import { createApi } from "@vigil/api";
import { connectState } from "@vigil/proto";
import type { HttpRole } from "./edge.ts";
import type { Access } from "./keystone.ts";
import type { RoleSurroundings } from "./surroundings.ts";

export async function startApiRole(
  { config, loggerOf, bus, stateTls }: RoleSurroundings,
  { authenticator, policy }: Access,
  stateAddress: string,
): Promise<HttpRole> {
  const state = connectState({ address: stateAddress, tls: stateTls });
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
    stop: async () => {
      await api.stop();
      state.close();
    },
  };
}
