import { credentialsFrom, KeystoneSession, TokenValidator } from "@vigil/openstack";
import type { KeystoneUserSetup } from "./keystone-directory.ts";
import type { KeystoneDouble } from "./keystone-double.ts";

/** A validator as a service runs it, with an account of its own at the double. */
export interface KeystoneAccount {
  validator: TokenValidator;
  close(): Promise<void>;
}

/** Logs `user` in, who needs a role that may validate tokens: admin or service. */
export async function openKeystoneAccount(
  keystone: KeystoneDouble,
  user: KeystoneUserSetup,
): Promise<KeystoneAccount> {
  const credentials = credentialsFrom({
    OS_AUTH_URL: keystone.url,
    OS_USERNAME: user.name,
    OS_PASSWORD: user.password,
    OS_PROJECT_NAME: user.project,
  });
  const session = new KeystoneSession({ credentials });
  const validator = new TokenValidator({ session });
  await validator.warmUp();
  const close = async () => {
    validator.close();
    await session.close();
  };
  return { validator, close };
}
