/** What rules may ask of a sender, under the names that policy files know. */

import type { Identity } from "@vigil/openstack";

export type AttributeValue = string | boolean | readonly string[] | undefined;

/** `is_admin` is not of the token: it is the verdict of rule admin_api, given by whoever evaluates. */
const OF_TOKEN = {
  user_id: (identity) => identity.userId,
  user_name: (identity) => identity.userName,
  user_domain_id: (identity) => identity.userDomainId,
  project_id: (identity) => identity.projectId,
  project_name: (identity) => identity.projectName,
  project_domain_id: (identity) => identity.projectDomainId,
  domain_id: (identity) => identity.domainId,
  system_scope: (identity) => identity.systemScope,
  roles: (identity) => identity.roles,
  is_admin_project: (identity) => identity.isAdminProject,
  trust_id: (identity) => identity.trustId,
  trustor_user_id: (identity) => identity.trustorUserId,
  trustee_user_id: (identity) => identity.trusteeUserId,
  service_roles: (identity) => identity.serviceRoles,
  // Older files write these.
  user: (identity) => identity.userId,
  tenant: (identity) => identity.projectId,
  tenant_id: (identity) => identity.projectId,
} as const satisfies Record<string, (identity: Identity) => AttributeValue>;

export type TokenAttribute = keyof typeof OF_TOKEN;
export type AttributeName = TokenAttribute | "is_admin";

export const ATTRIBUTE_NAMES: readonly string[] = [...Object.keys(OF_TOKEN), "is_admin"];

export function isAttributeName(name: string): name is AttributeName {
  return ATTRIBUTE_NAMES.includes(name);
}

/** An attribute that the token lacks is an empty text or undefined: it equals nothing. */
export function attributeOf(identity: Identity, name: TokenAttribute): AttributeValue {
  return OF_TOKEN[name](identity);
}
