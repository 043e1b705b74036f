/** How a setting is put down: the schema of its text, and what people are told of it. */
import type { RoleName } from "@vigil/service";
import { z } from "zod";
import type { Field } from "./fields.ts";

/** Who reads a setting: a role (and so `vigil up`), `up` alone, the commands that call the API, or `vigil policy`. */
export type Reader = RoleName | "up" | "client" | "policy";

export interface SettingInfo {
  description: string;
  /** Whose configuration it is part of, and so in whose help it shows. */
  readers: readonly Reader[];
  wanted: string;
  unit?: string;
  /** "all": never shown. "password": a URL, shown without its password. Neither has a flag. */
  secret?: "all" | "password";
  /** Name in the environment, where it is not VIGIL_ and the setting's name. */
  env?: string;
  /** What stands in pages for a default that is not the same on every machine. */
  defaultText?: string;
}

/** What is known of each setting beside its schema. */
export const infos = z.registry<SettingInfo>();

type Description = Omit<SettingInfo, "wanted">;

/** One that may be left out. */
export function optional<T>(field: Field<T>, about: Description) {
  return field.schema.optional().register(infos, { ...about, wanted: field.wanted });
}

export function withDefault<T extends string | number | boolean>(
  field: Field<T>,
  value: T,
  about: Description,
) {
  // The library's type for "T without undefined" is not resolved while T is open; T never has undefined.
  return field.schema.default(value as never).register(infos, { ...about, wanted: field.wanted });
}

/** One whose default is found out on the machine that it is read on. */
export function withOwnDefault<T extends string | number>(
  field: Field<T>,
  value: () => T,
  about: Description & { defaultText: string },
) {
  // The library's type for "T without undefined" is not resolved while T is open; T never has undefined.
  return field.schema.default(value as never).register(infos, { ...about, wanted: field.wanted });
}
