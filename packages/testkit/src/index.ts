export { startTestPostgres, type TestPostgres } from "./database.ts";
