/** The clients that operators have, from Debian: installed when one is missing. */

import { installPackages } from "../harness/debian.ts";

const PACKAGES: Readonly<Record<string, string>> = {
  "python3-openstackclient": "/usr/bin/openstack",
  "python3-watcherclient": "/usr/bin/watcher",
  tempest: "/usr/bin/tempest",
  "watcher-tempest-plugin": "/usr/lib/python3/dist-packages/watcher_tempest_plugin/plugin.py",
};

/** @throws Error when something is missing and nobody here may install it */
export default function install(): void {
  installPackages(PACKAGES, "test-clients");
}
