# `exec` gives the process the container's namespaces, root, user, capabilities and control groups. All runtimes have it;
# since v1.0.0-rc1 no release says so.
. "$WORDS"
. ./look.sh
up "$ID" "$BUNDLE"
pid=$(pid_of "$ID")
await runs "$pid" sleep

seen=$("$RUNTIME" exec "$ID" sh -c "$look")
same "it is in all of the container's namespaces" "$(expected "$pid" pid net ipc uts mnt)" "$seen"
differ "which are not ours" "$(namespace self net)" "$(namespace "$pid" net)"
"$RUNTIME" exec "$ID" sh -c 'exit 7' && code=0 || code=$?
same "its exit code is the caller's" 7 "$code"

down "$ID"
