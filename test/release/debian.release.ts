/** The Debian package is installed, removed and purged for real, on layers that are thrown away (overlay.sh). */

import { existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { run } from "./built.ts";

const IS_TRIED = process.env.VIGIL_TEST_OVERLAY !== undefined && existsSync("/usr/bin/apt-get");
if (!IS_TRIED)
  process.stderr.write("the Debian package is not tried: it takes root, overlay file systems and apt-get\n");

const SPOOL = "/var/lib/vigil/edge";

describe.skipIf(!IS_TRIED)("vigil.deb", () => {
  const file = globSync(
    join(inject("dist"), `vigil_*_${process.arch === "x64" ? "amd64" : "arm64"}.deb`),
  )[0]!;
  const apt = (...args: string[]) =>
    run("sh", ["-c", 'exec 2>&1; apt-get --yes --quiet "$@"', "apt", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
  const groupOf = (path: string) => run("stat", ["-c", "%U:%G", path]).trim();
  const user = () => run("sh", ["-c", "getent passwd vigil || true"]);

  it("installs program, user, units and settings, and starts nothing", () => {
    apt("install", file);
    expect(run("/usr/bin/vigil", ["--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(user()).toContain(":/var/lib/vigil:/usr/sbin/nologin");
    expect([modeOf("/etc/vigil"), groupOf("/etc/vigil")]).toEqual(["750", "root:vigil"]);
    expect([modeOf("/etc/vigil/vigil.env"), groupOf("/etc/vigil/vigil.env")]).toEqual(["640", "root:vigil"]);
    const units = globSync("/usr/lib/systemd/system/vigil-*.service").sort();
    expect(units.map((path) => path.replace(/.*\//, ""))).toEqual([
      "vigil-api.service",
      "vigil-applier.service",
      "vigil-edge.service",
      "vigil-state.service",
      "vigil-worker@.service",
    ]);
    if (existsSync("/usr/bin/systemd-analyze"))
      run("systemd-analyze", ["verify", ...units.map((path) => path.replace("@.", "@1."))]);
    expect(globSync("/etc/systemd/system/*.wants/vigil-*")).toEqual([]);
  });

  it("keeps settings that were changed, also through an upgrade", () => {
    writeFileSync("/etc/vigil/vigil.env", "NATS_URL=nats://mine\n");
    apt("install", "--reinstall", file);
    expect(run("cat", ["/etc/vigil/vigil.env"])).toBe("NATS_URL=nats://mine\n");
    expect([modeOf("/etc/vigil/vigil.env"), groupOf("/etc/vigil/vigil.env")]).toEqual(["640", "root:vigil"]);
  });

  it("removed, leaves settings, state and user; and no program, unit or what enabled it", () => {
    const wants = "/etc/systemd/system/multi-user.target.wants";
    mkdirSync(wants, { recursive: true });
    for (const unit of ["vigil-edge.service", "vigil-worker@1.service"])
      run("ln", ["-sf", `/usr/lib/systemd/system/${unit}`, join(wants, unit)]);
    apt("remove", "vigil");
    expect(existsSync("/etc/vigil/vigil.env")).toBe(true);
    expect(existsSync("/var/lib/vigil")).toBe(true);
    expect(user()).not.toBe("");
    for (const gone of ["/opt/vigil", "/usr/bin/vigil"]) expect(existsSync(gone), gone).toBe(false);
    expect(globSync("/{usr/lib,etc}/systemd/system/**/vigil-*")).toEqual([]);
  });

  it("purged, keeps a spool with alarms in it, and says so", () => {
    apt("install", file);
    mkdirSync(SPOOL, { recursive: true });
    writeFileSync(join(SPOOL, "0000000002-6c236f2e.seg"), "an alarm");
    const said = apt("purge", "vigil");
    expect(said).toContain("WARNING: /var/lib/vigil/edge is kept");
    expect(said).toContain("0000000002-6c236f2e.seg");
    expect(existsSync(join(SPOOL, "0000000002-6c236f2e.seg"))).toBe(true);
    expect(user()).not.toBe("");
    expect(existsSync("/etc/vigil")).toBe(false);
  });

  it("purged, keeps what is not its own", () => {
    apt("install", file);
    rmSync(SPOOL, { recursive: true });
    mkdirSync("/var/lib/vigil/postgres");
    expect(apt("purge", "vigil")).toContain("not empty: /var/lib/vigil/postgres");
    expect(existsSync("/var/lib/vigil/postgres")).toBe(true);
    rmSync("/var/lib/vigil", { recursive: true });
  });

  it("purged with an empty spool, leaves nothing", () => {
    apt("install", file);
    mkdirSync(SPOOL, { recursive: true });
    apt("purge", "vigil");
    for (const gone of ["/etc/vigil", "/var/lib/vigil", "/opt/vigil", "/usr/bin/vigil"])
      expect(existsSync(gone), gone).toBe(false);
    expect(user()).toBe("");
  });
});
