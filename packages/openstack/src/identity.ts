/** Who a request comes from, as a Keystone token says. Roles decide; names are for people. */
export interface Identity {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string;
  /** Empty for tokens without project scope. */
  readonly projectId: string;
  readonly projectName: string;
  readonly projectDomainId: string;
  /** Domain scope, else empty. */
  readonly domainId: string;
  /** "all" for system scope, else empty. */
  readonly systemScope: string;
  /** Role names in lower case: policy compares them without regard to case. None without a scope. */
  readonly roles: readonly string[];
  /** True also where the cloud has no admin project, as Keystone's own middleware takes it. */
  readonly isAdminProject: boolean;
  /** Set for tokens of a trust: alarm services act for `trustorUserId` through one. */
  readonly trustId?: string;
  readonly trustorUserId?: string;
  readonly trusteeUserId?: string;
  /** Set for tokens of an application credential that may only be used for certain calls. */
  readonly access?: RestrictedAccess;
  /** Roles of the service that passed the request on (X-Service-Token), in lower case. */
  readonly serviceRoles: readonly string[];
  /** Keystone's audit id: names the token in logs without revealing it. */
  readonly auditId: string;
}

/** What an application credential with access rules may be used for. */
export interface RestrictedAccess {
  /** An empty list allows nothing. */
  readonly rules: readonly AccessRule[];
  /** Service types of the token's catalog: a rule counts only for a service that is in it. */
  readonly serviceTypes: readonly string[];
}

export interface AccessRule {
  readonly service: string;
  readonly method: string;
  /** `*` and `{name}` stand for one segment, `**` for any number of characters. */
  readonly path: string;
}

/** The identity of a request that nobody vouches for: no user, no roles. */
export const ANONYMOUS: Identity = Object.freeze({
  userId: "",
  userName: "",
  userDomainId: "",
  projectId: "",
  projectName: "",
  projectDomainId: "",
  domainId: "",
  systemScope: "",
  roles: [],
  isAdminProject: false,
  serviceRoles: [],
  auditId: "",
});
