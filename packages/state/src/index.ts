export type { Catalogue, CatalogueGoal, CatalogueStrategy } from "./database/catalogue.ts";
export { type StateOptions, type StateRole, startState } from "./server.ts";
