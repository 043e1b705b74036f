/** A Keystone for a machine of the tests: the double, in a process of its own. Its one user may do everything. */

import { startKeystone } from "@vigil/testkit";

const [port = "0", password = "", api = ""] = process.argv.slice(2);

await startKeystone({
  port: Number(port),
  users: [{ name: "vigil", password, project: "service", roles: ["admin", "service"] }],
  services: { "infra-optim": api },
});
