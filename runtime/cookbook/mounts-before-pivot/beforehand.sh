# What is mounted below the root on the host comes along, since the runtime takes the root with all its mounts.
. "$WORDS"
. ./seen.sh
root=$BUNDLE_PLAIN/rootfs
mkdir "$root/data"
mount --rbind "$WORK/data" "$root/data"

up "$ID" "$BUNDLE_PLAIN" > "$WORK/said"
has_data "$ID" "$WORK/said"
check "the host has the mount too" mounted self "$root/data"

down "$ID"
check "and keeps it when the container is gone" mounted self "$root/data"
umount "$root/data"
same "then nothing is left in the root" "" "$(ls "$root/data")"
