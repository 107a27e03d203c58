#!/usr/bin/env bash
# Run a command in a root of its own: isolate.sh ROOT COMMAND... [with BIND="/path ..." read-only binds in addition]
# Started by harness.py under `unshare --mount --pid --fork`, as root there. The system's programs are there to read,
# /autograder is ROOT's own, and everything else of this machine is out of reach.
set -euo pipefail

root="$1"
shift
mount --make-rprivate /
mount --bind "$root" "$root"

bind() { # PATH: the same path inside, read-only
    mkdir -p "$root$1"
    mount --rbind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1" 2>/dev/null || true # not allowed for some mounts in a user namespace
}

for path in /bin /sbin /lib /lib32 /lib64 /libx32; do
    if [ -L "$path" ]; then
        ln -sfn "$(readlink "$path")" "$root$path"
    elif [ -d "$path" ]; then
        bind "$path"
    fi
done
bind /usr
bind /etc
if [ -d /run/systemd/resolve ]; then bind /run/systemd/resolve; fi # /etc/resolv.conf may point there
for path in ${BIND:-}; do bind "$path"; done

mkdir -p "$root"/{dev,proc,tmp,root,run,var/tmp,autograder}
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

cd "$root"
pivot_root . .
umount -l .
cd /autograder
exec "$@"
