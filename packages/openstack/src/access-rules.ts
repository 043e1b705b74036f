import type { Identity } from "./identity.ts";

/**
 * Whether a token with access rules may be used for this call: some rule must name our service, the
 * method and the path. Tokens without rules may be used for every call.
 *
 * @param serviceType our type in the catalog, `infra-optim`
 * @param path path of the request, without query
 */
export function accessAllowed(
  identity: Identity,
  serviceType: string,
  method: string,
  path: string,
): boolean {
  const { access } = identity;
  if (access === undefined) return true;
  if (!access.serviceTypes.includes(serviceType)) return false;
  return access.rules.some(
    (rule) => rule.service === serviceType && rule.method === method && pathPattern(rule.path).test(path),
  );
}

function pathPattern(rulePath: string): RegExp {
  const source = rulePath.replace(/\*\*|\*|\{[^}]*\}|[.*+?^${}()|[\]\\]/g, (part) => {
    if (part === "**") return ".*";
    if (part === "*" || part.startsWith("{")) return "[^/]+";
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
