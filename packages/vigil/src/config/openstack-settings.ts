/** Vigil's own account at Keystone, under the names every OpenStack client takes. */
import { text } from "./fields.ts";
import { optional, type Reader } from "./setting-schemas.ts";

function openstack(env: string, description: string, secret?: "all") {
  const readers: readonly Reader[] = ["edge", "api", "client"];
  return optional(text(), { description, readers, env, ...(secret ? { secret } : {}) });
}

export const openstackSettings = {
  osCloud: openstack("OS_CLOUD", "Entry of clouds.yaml to use"),
  osAuthUrl: openstack("OS_AUTH_URL", "Address of Keystone"),
  osAuthType: openstack("OS_AUTH_TYPE", "password, v3applicationcredential or v3token"),
  osUsername: openstack("OS_USERNAME", "User name"),
  osUserId: openstack("OS_USER_ID", "User id"),
  osPassword: openstack("OS_PASSWORD", "Password", "all"),
  osUserDomainName: openstack("OS_USER_DOMAIN_NAME", "Domain of the user, by name"),
  osUserDomainId: openstack("OS_USER_DOMAIN_ID", "Domain of the user, by id"),
  osProjectName: openstack("OS_PROJECT_NAME", "Project name"),
  osProjectId: openstack("OS_PROJECT_ID", "Project id"),
  osProjectDomainName: openstack("OS_PROJECT_DOMAIN_NAME", "Domain of the project, by name"),
  osProjectDomainId: openstack("OS_PROJECT_DOMAIN_ID", "Domain of the project, by id"),
  osToken: openstack("OS_TOKEN", "Token to log in with, for a while: what comes of it ends with it", "all"),
  osDomainName: openstack("OS_DOMAIN_NAME", "Domain that the token is for, by name"),
  osDomainId: openstack("OS_DOMAIN_ID", "Domain that the token is for, by id"),
  osSystemScope: openstack("OS_SYSTEM_SCOPE", "all: the token is for the whole system"),
  osTrustId: openstack("OS_TRUST_ID", "Trust by which to act for its trustor"),
  osApplicationCredentialId: openstack("OS_APPLICATION_CREDENTIAL_ID", "Application credential, by id"),
  osApplicationCredentialName: openstack("OS_APPLICATION_CREDENTIAL_NAME", "Application credential, by name"),
  osApplicationCredentialSecret: openstack(
    "OS_APPLICATION_CREDENTIAL_SECRET",
    "Secret of the application credential",
    "all",
  ),
  osRegionName: openstack("OS_REGION_NAME", "Region of the catalog"),
  osInterface: openstack("OS_INTERFACE", "Interface of the catalog: internal, public or admin"),
  osCacert: openstack("OS_CACERT", "PEM file of certificate authorities to trust"),
  osInsecure: openstack("OS_INSECURE", "true: certificates are not checked"),
};
