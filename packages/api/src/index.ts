export { type Api, type ApiOptions, createApi } from "./api.ts";
export type { AppRouter } from "./trpc/router.ts";
export { systemOut } from "./trpc/system.ts";
