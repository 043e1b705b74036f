/** How a client says who it is: a Keystone token, or identity headers where the server trusts them. */

/** Exactly one of the members, or none for a server that asks nobody. */
export interface CredentialOptions {
  /** A Keystone token that outlives the client. */
  token?: string;
  /**
   * Gives a Keystone token; asked before each request, so keep it. `refused` is true when the server
   * did not take the last one: fetch a new one then.
   */
  getToken?: (options: { refused: boolean }) => string | Promise<string>;
  /** `X-Roles`, `X-User-Id` and the like, for servers that run without authentication. */
  identityHeaders?: Readonly<Record<string, string>>;
}

export class Credentials {
  readonly #options: CredentialOptions;
  #refused = false;

  constructor(options: CredentialOptions) {
    const given = [options.token, options.getToken, options.identityHeaders].filter(
      (one) => one !== undefined,
    );
    if (given.length > 1) {
      throw new TypeError("Vigil client: give one of token, getToken and identityHeaders, not several");
    }
    this.#options = options;
  }

  /** Whether asking again may bring another token. */
  get renewable(): boolean {
    return this.#options.getToken !== undefined;
  }

  /** The server did not take the last token. */
  noteRefused(): void {
    this.#refused = true;
  }

  async headers(): Promise<Record<string, string>> {
    const { token, getToken, identityHeaders } = this.#options;
    if (getToken === undefined)
      return token === undefined ? { ...identityHeaders } : { "x-auth-token": token };
    const refused = this.#refused;
    this.#refused = false;
    return { "x-auth-token": await getToken({ refused }) };
  }
}
