#!/bin/bash
# Becomes the first process of a machine of its own: systemd on an overlay of this machine's files. What is written there
# stays in $1 and goes with it. Runs as root in namespaces of its own (mounts, processes, network, cgroups); machine.ts.
set -euo pipefail
top=$1
root=$top/root

mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$top"
mkdir "$top/upper" "$top/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$root"

mount -t proc proc "$root/proc"
# The kernel is shared with everybody: its settings are to be read, not written.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/shm" "$root/dev/pts"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
# Tests run programs of the project, wherever it lies.
project=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -e "$root$project" ]; then
  mkdir -p "$root$project"
  mount --bind "$project" "$root$project"
  mount -o remount,bind,ro "$root$project"
fi

# A fresh machine: none of the services that this one has installed.
rm -rf "$root"/etc/systemd/system/*.wants "$root"/var/log/journal
for unit in systemd-sysctl systemd-modules-load systemd-binfmt systemd-remount-fs systemd-udevd e2scrub_reap; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done
for unit in proc-sys-fs-binfmt_misc.automount apt-daily.timer apt-daily-upgrade.timer; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ip link set lo up
hostname machine

mkdir "$root/old"
cd "$root"
pivot_root . old
umount -l /old
exec env -i container=vigil-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /usr/lib/systemd/systemd --system --unit=multi-user.target --show-status=no --log-target=journal
