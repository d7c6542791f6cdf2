# A createContainer hook runs in the container's mount namespace, on the host's files: after the mounts, before the pivot.
. "$WORDS"
. ./seen.sh
root=$BUNDLE_HOOK/rootfs
mkdir "$root/data"

up "$ID" "$BUNDLE_HOOK" > "$WORK/said"
has_data "$ID" "$WORK/said"
never "the host has no such mount" mounted self "$root/data"

down "$ID"
same "nothing is left in the root" "" "$(ls "$root/data")"
