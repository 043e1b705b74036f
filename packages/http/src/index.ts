export type { HttpRoutes, RequestTarget } from "./routes.ts";
