# The network is there before the container, which only joins it: no hook, and no moment to be met.
. "$WORDS"
. ./plugged.sh
touch "$WORK/net"
unshare --net="$WORK/net" true
nsenter --net="$WORK/net" sleep 60 &
await [ "/proc/$!/ns/net" -ef "$WORK/net" ]
./plug $!
kill $!

up "$ID" "$BUNDLE_PREPARED" > "$WORK/said"

plugged "$ID" "$WORK/said"
down "$ID"
check "the network stays for the next container" has_host_end
umount "$WORK/net"
unplugged
