# The runtime makes each mount of config.json in the container's mount namespace, before it pivots.
. "$WORDS"
. ./seen.sh
up "$ID" "$BUNDLE" > "$WORK/said"

has_data "$ID" "$WORK/said"
never "the host has no such mount" mounted self "$ROOTFS/data"
never "nobody writes through it" touch "/proc/$(pid_of "$ID")/root/data/other" 2> /dev/null

down "$ID"
check "the data is as it was" [ "$(ls "$WORK/data")" = note ]
