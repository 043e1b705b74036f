import { z } from "zod";

/**
 * Readers of settings. Every source gives text: the environment, flags, and the file, whose scalars are read
 * as the text they are (a password 0123 must not become the number 123).
 */

/** What a value must look like, for messages; kept beside the reader that enforces it. */
export interface Field<T> {
  schema: z.ZodType<T, string>;
  wanted: string;
}

export function text(wanted = "a text"): Field<string> {
  return { schema: z.string(), wanted };
}

export function integer(min: number, max: number): Field<number> {
  return {
    schema: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .pipe(z.int().min(min).max(max)),
    wanted: `a whole number from ${min} to ${max}`,
  };
}

export function share(): Field<number> {
  return {
    schema: z
      .string()
      .regex(/^\d*\.?\d+$/)
      .transform(Number)
      .pipe(z.number().min(0).max(1)),
    wanted: "a number from 0 to 1",
  };
}

export function port(): Field<number> {
  return { ...integer(0, 65_535), wanted: "a port from 0 to 65535 (0: any free one)" };
}

export function boolean(): Field<boolean> {
  return { schema: z.stringbool(), wanted: "true or false" };
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T): Field<T[number]> {
  return { schema: z.enum(values), wanted: `one of ${values.join(", ")}` };
}

export function url(...schemes: [string, ...string[]]): Field<string> {
  const listed = schemes.map((scheme) => `${scheme}://`).join(" or ");
  return {
    schema: z.string().refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}://`))),
    wanted: `an address that begins with ${listed}`,
  };
}

export function addresses(): Field<string> {
  return {
    schema: z.string().regex(/^[^\s,]+:\d{1,5}(,[^\s,]+:\d{1,5})*$/),
    wanted: "host:port, several separated by commas",
  };
}

export function origins(): Field<string> {
  const one = String.raw`(?:\*|https?://[^\s,/]+)`;
  return {
    schema: z.string().regex(new RegExp(`^${one}(?:,${one})*$`)),
    wanted: "http(s)://host[:port] without a path, several separated by commas, or *",
  };
}
