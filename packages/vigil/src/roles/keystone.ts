import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { VigilError } from "@vigil/core";
import { type Authenticator, createAuthenticator, type Policy } from "@vigil/http";
import { type Credentials, credentialsFrom, KeystoneSession, TokenValidator } from "@vigil/openstack";
import type { Logger } from "@vigil/service";
import { loadPolicy } from "../config/policy-file.ts";
import { type Config, SETTINGS } from "../config/settings.ts";

/** Where every OpenStack client looks for clouds.yaml, besides $OS_CLIENT_CONFIG_FILE. */
const CLOUDS_YAML_FOLDERS = [".", join(homedir(), ".config/openstack"), "/etc/openstack"];

/** Who checks the senders of requests, what they may do, and what to close at the end. */
export interface Access {
  authenticator: Authenticator;
  policy: Policy;
  close(): Promise<void>;
}

/**
 * Checks senders as `auth` says. With Keystone, logs in ahead of the first request; a Keystone that is away
 * does not stop the process from starting.
 * @throws VigilError invalid-input when the account of Vigil itself is not set up, or the policy file is wrong
 */
export function openAccess(config: Config, env: NodeJS.ProcessEnv, logger: Logger): Access {
  const { policy } = loadPolicy(config.policyFile);
  if (config.auth === "none") {
    logger.warn("authentication is off: whoever reaches the port may call himself anybody");
    return { authenticator: createAuthenticator({ mode: "none" }), policy, close: async () => undefined };
  }
  const session = openSession(config, env, logger);
  const validator = new TokenValidator({ session, log: logger, cacheTimeMs: config.tokenCacheTimeS * 1_000 });
  void validator.warmUp();
  const keystoneUri = config.keystonePublicUrl ?? session.baseUrl;
  return {
    authenticator: createAuthenticator({
      mode: "keystone",
      validator,
      keystoneUri,
      serviceTokenRoles: roleNames(config.serviceTokenRoles),
      serviceTokenRolesRequired: config.serviceTokenRolesRequired,
      delayDecision: config.delayAuthDecision,
    }),
    policy,
    close: async () => {
      validator.close();
      await session.close();
    },
  };
}

function roleNames(list: string): string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Vigil's own session at Keystone. @throws VigilError invalid-input naming what is missing */
export function openSession(config: Config, env: NodeJS.ProcessEnv, logger?: Logger): KeystoneSession {
  const credentials = readCredentials(config, env);
  return new KeystoneSession({
    credentials,
    ...(credentials.caFile === undefined ? {} : { ca: readNamed(credentials.caFile, "OS_CACERT or cacert") }),
    ...(logger === undefined ? {} : { log: logger }),
  });
}

function readCredentials(config: Config, env: NodeJS.ProcessEnv): Credentials {
  if (config.osCloud === undefined && config.osAuthUrl === undefined) {
    throw new VigilError(
      "invalid-input",
      "no account at Keystone is named: set OS_CLOUD, or OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and the rest; for development only, VIGIL_AUTH=none does without Keystone",
    );
  }
  const settings = SETTINGS.filter((setting) => setting.env.startsWith("OS_"));
  const variables = Object.fromEntries(
    settings.map(({ env: name, name: key }) => [name, config[key] as string]),
  );
  return credentialsFrom(variables, config.osCloud === undefined ? undefined : readCloudsYaml(env));
}

function readCloudsYaml(env: NodeJS.ProcessEnv): string | undefined {
  const places = [
    ...(env.OS_CLIENT_CONFIG_FILE ? [env.OS_CLIENT_CONFIG_FILE] : []),
    ...CLOUDS_YAML_FOLDERS.flatMap((folder) => [join(folder, "clouds.yaml"), join(folder, "clouds.yml")]),
  ];
  const found = places.find((place) => existsSync(place));
  return found === undefined ? undefined : readNamed(found, "OS_CLOUD");
}

/** @throws VigilError invalid-input: the file that this setting leads to cannot be read */
function readNamed(path: string, setting: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const text = `cannot read the file of ${setting}: ${(error as Error).message}; correct its path or permissions`;
    throw new VigilError("invalid-input", text, { cause: error });
  }
}
