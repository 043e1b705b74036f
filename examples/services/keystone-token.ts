/** Tokens of Keystone for a client of Vigil: fetched when first asked for, kept until they end or are refused. */

export interface KeystoneAccount {
  /** With the version: `https://keystone.example:5000/v3`. */
  authUrl: string;
  user: string;
  password: string;
  project: string;
  /** Of user and project, by id. */
  domainId: string;
}

interface Token {
  id: string;
  endsAtMs: number;
}

/** A token that ends so soon may end on its way. */
const MARGIN_MS = 60_000;
const LOGIN_TIMEOUT_MS = 10_000;

/** What `createVigilClient` takes as `getToken`. Those who ask at the same time share one login. */
export function tokenSource(account: KeystoneAccount): (asked: { refused: boolean }) => Promise<string> {
  let newest: Promise<Token> | undefined;
  return async ({ refused }) => {
    const seen = newest;
    const token = refused ? undefined : await seen?.catch(() => undefined);
    const isOver = token === undefined || token.endsAtMs - MARGIN_MS < Date.now();
    if (newest === undefined || (isOver && newest === seen)) newest = login(account);
    return (await newest).id;
  };
}

async function login({ authUrl, user, password, project, domainId }: KeystoneAccount): Promise<Token> {
  const domain = { id: domainId };
  const identity = { methods: ["password"], password: { user: { name: user, domain, password } } };
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth: { identity, scope: { project: { name: project, domain } } } }),
    signal: AbortSignal.timeout(LOGIN_TIMEOUT_MS),
  });
  const id = answer.headers.get("x-subject-token");
  if (!answer.ok || id === null) throw new Error(`Keystone refused the login of ${user}: ${answer.status}`);
  const { token } = (await answer.json()) as { token: { expires_at: string } };
  return { id, endsAtMs: Date.parse(token.expires_at) };
}
