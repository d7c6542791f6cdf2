# By the specification alone: a second container whose namespaces are paths to the first one's, with the same root.
. "$WORDS"
. ./look.sh
up "$ID" "$BUNDLE"
pid=$(pid_of "$ID")
await runs "$pid" sleep

sed -i "s/PID/$pid/" "$BUNDLE_VISITOR/config.json"
up "$ID-visitor" "$BUNDLE_VISITOR" > "$WORK/seen"
visitor=$(pid_of "$ID-visitor")
has_looked() { [ "$(wc -l < "$WORK/seen")" -eq 6 ]; }
await has_looked
same "it sees the container's namespaces" "$(expected "$pid" pid net ipc uts)" "$(cat "$WORK/seen")"
same "and as the host sees them" "$(expected "$pid" pid net ipc uts)" "$(expected "$visitor" pid net ipc uts)"
differ "but its mounts are its own" "$(namespace "$pid" mnt)" "$(namespace "$visitor" mnt)"

down "$ID-visitor"
check "the container goes on without it" alive "$pid"
down "$ID"
