/** What the files of deploy/ are for, from Debian. They are started only in machines of the tests. */

import { installPackages } from "../harness/debian.ts";

const PACKAGES: Readonly<Record<string, string>> = {
  systemd: "/usr/bin/systemd-analyze",
  dbus: "/usr/bin/dbus-daemon",
  "nats-server": "/usr/sbin/nats-server",
  postgresql: "/usr/share/doc/postgresql/copyright",
  haproxy: "/usr/sbin/haproxy",
  "nginx-light": "/usr/sbin/nginx",
  "cloud-init": "/usr/bin/cloud-init",
  "python3-openstackclient": "/usr/bin/openstack",
  "python3-watcherclient": "/usr/bin/watcher",
  curl: "/usr/bin/curl",
  openssl: "/usr/bin/openssl",
  iproute2: "/sbin/ip",
};

/** @throws Error when something is missing and nobody here may install it, or only root could go on */
export default function install(): void {
  installPackages(PACKAGES, "test-deploy");
  if (process.getuid?.() !== 0)
    throw new Error("make test-deploy starts systemd in namespaces: run it as root");
}
