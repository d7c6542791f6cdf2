# In v0.4 and v0.5 exec is an operation of the specification: it takes the id and a file with the process.
. "$WORDS"
. ./look.sh
up "$ID" "$BUNDLE"
pid=$(pid_of "$ID")
await runs "$pid" sleep

seen=$("$RUNTIME" exec "$ID" process.json)
same "it is in all of the container's namespaces" "$(expected "$pid" pid net ipc uts mnt)" "$seen"
differ "which are not ours" "$(namespace self net)" "$(namespace "$pid" net)"

down "$ID"
