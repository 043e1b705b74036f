/**
 * The last line of defence against secrets in logs: works on the finished line, so that it also sees what is
 * inside error messages, nested objects and quoted bodies. Code must not log secrets in the first place.
 */

const MASK = "***";
const SECRET_NAME = String.raw`[\w.-]*(?:token|passw(?:or)?d|passphrase|secret|authorization|api[_-]?key)[\w.-]*`;

/** `"password":"..."`, and the same with numbers or arrays of strings. */
const PLAIN_MEMBER = new RegExp(
  String.raw`("${SECRET_NAME}"\s*:\s*)("(?:[^"\\]|\\.)*"|\[[^\]]*\]|-?\d[\d.]*)`,
  "gi",
);
/** The same inside a JSON text that is itself a string: `{\"password\":\"...\"}`. */
const QUOTED_MEMBER = new RegExp(String.raw`(\\+")(${SECRET_NAME})\1(\s*:\s*)\1(?:(?!\1).)*\1`, "gi");
/** `postgresql://user:password@host`. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*:)[^\s@/"']+@/gi;
/** Keystone's Fernet tokens and anything sent as a bearer token. */
const BARE_TOKEN = /\bgAAAA[\w-]{16,}={0,2}|(?<=\bBearer )[\w.~+/-]{8,}=*/g;

/** A log line without the values of secret members, URL passwords and bare tokens. */
export function redactLine(line: string): string {
  return line
    .replace(PLAIN_MEMBER, `$1"${MASK}"`)
    .replace(QUOTED_MEMBER, `$1$2$1$3$1${MASK}$1`)
    .replace(URL_PASSWORD, `$1${MASK}@`)
    .replace(BARE_TOKEN, MASK);
}
