import type { z } from "zod";

/** One method of one path, as clients may use it. */
export interface Operation {
  method: "get" | "post" | "patch" | "delete";
  /** In the form of OpenAPI: `/v1/goals/{goal}`. */
  path: string;
  /** Unique name, for clients made from the document. */
  id: string;
  summary: string;
  /** What it belongs to: the collection's name. */
  tag: string;
  /** Needs no token. */
  public?: true;
  /** Policy rule that is asked; none for discovery. */
  rule?: string;
  /** Minor number of the microversion it came with. */
  since?: number;
  /** Text of each parameter in the path, by its name. */
  parameters?: Readonly<Record<string, string>>;
  query?: z.ZodObject;
  /** Headers that it heeds beside those that all operations do: names in the document's parameters. */
  headers?: readonly string[];
  body?: { schema: z.ZodType; required: boolean; description?: string };
  answer: {
    status: 200 | 201 | 202 | 204;
    schema?: z.ZodType;
    description: string;
    /** Headers beside those that all answers have: names in the document's headers. */
    headers?: readonly string[];
  };
  /** Statuses of refusals beside those that all operations have. */
  refusals: readonly number[];
}
