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
  /** Roles of the service that passed the request on (X-Service-Token), in lower case. */
  readonly serviceRoles: readonly string[];
  /** Keystone's audit id: names the token in logs without revealing it. */
  readonly auditId: string;
}
