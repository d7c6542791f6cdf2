# No second container: the host's own tools in the container's namespaces, all but its mounts.
. "$WORDS"
. ./bare.sh
up "$ID" "$BUNDLE"
pid=$(pid_of "$ID")

inside() { nsenter --target "$pid" --pid --net --ipc --uts "$@"; }
same "the host's uname says the container's name" bare "$(inside uname -n)"
same "it is in the container's network" "$(namespace "$pid" net)" "$(inside readlink /proc/self/ns/net)"
same "and sees the host's files" "$(namespace self mnt)" "$(inside readlink /proc/self/ns/mnt)"
same "the container's are under /proc/PID/root" "the secret" "$(inside cat "/proc/$pid/root/etc/secret")"

down "$ID"
