# By the kernel alone: nsenter opens /proc/PID/ns/* and runs a program there. No limit, filter or user of the container holds for it.
. "$WORDS"
. ./look.sh
up "$ID" "$BUNDLE"
pid=$(pid_of "$ID")
await runs "$pid" sleep

seen=$(nsenter --target "$pid" --pid --net --ipc --uts --mount sh -c "$look")
same "it is in the namespaces that were named" "$(expected "$pid" pid net ipc uts mnt)" "$seen"
host=$(cat /proc/self/cgroup)
same "and in the host's control groups" "$host" "$(nsenter --target "$pid" --net cat /proc/self/cgroup)"

down "$ID"
