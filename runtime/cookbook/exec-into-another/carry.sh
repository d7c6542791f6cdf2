# /proc/PID/root is a way in: what is put there is there for `exec`, with all limits of the container.
. "$WORDS"
. ./bare.sh
up "$ID" "$BUNDLE"
pid=$(pid_of "$ID")

never "before, the container has no shell" "$RUNTIME" exec "$ID" /bin/sh -c true
cp "$(command -v busybox)" "/proc/$pid/root/bin/sh"
seen=$("$RUNTIME" exec "$ID" /bin/sh -c 'read -r line < /etc/secret; echo "$line"; readlink /proc/self/ns/mnt')
same "now it has, in its own mounts" "the secret $(namespace "$pid" mnt)" "$(echo $seen)"
rm "/proc/$pid/root/bin/sh"
never "and then it has none again" "$RUNTIME" exec "$ID" /bin/sh -c true

down "$ID"
