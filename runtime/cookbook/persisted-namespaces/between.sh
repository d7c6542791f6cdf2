# The runtime makes the namespace; it is bound to a file while the container waits for start.
. "$WORDS"
"$RUNTIME" create --bundle "$BUNDLE_FRESH" "$ID-first" > "$WORK/first"
pid=$(pid_of "$ID-first")
differ "the runtime made a network" "$(namespace self net)" "$(namespace "$pid" net)"
touch "$WORK/net"
mount --bind "/proc/$pid/ns/net" "$WORK/net"
"$RUNTIME" start "$ID-first"
await [ -s "$WORK/first" ]
down "$ID-first"
check "it stays when the container is deleted" [ "net:[$(stat -L -c %i "$WORK/net")]" = "$(cat "$WORK/first")" ]

up "$ID-second" "$BUNDLE" > "$WORK/second"
soon "the next container is in it" said "$WORK/second" "$(cat "$WORK/first")"
down "$ID-second"
umount "$WORK/net"
