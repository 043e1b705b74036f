import { z } from "zod";
import { links, uuid } from "./members.ts";

/** A scoring engine in a list (rest-api 8.1). */
export const scoringEngineShort = z.strictObject({ uuid, name: z.string(), description: z.string(), links });

export const scoringEngineFull = scoringEngineShort.extend({ metainfo: z.string().nullable() });
