# An open file keeps a namespace too: no mount, nothing to take away, and it ends with the process that holds it.
. "$WORDS"
up "$ID-first" "$BUNDLE_FRESH" > "$WORK/first"
exec 3< "/proc/$(pid_of "$ID-first")/ns/net"
await [ -s "$WORK/first" ]
down "$ID-first"

ln -s "/proc/$$/fd/3" "$WORK/net"
up "$ID-second" "$BUNDLE" > "$WORK/second"
soon "the next container is in it" said "$WORK/second" "$(cat "$WORK/first")"
same "as the host sees it too" "$(cat "$WORK/first")" "$(namespace "$(pid_of "$ID-second")" net)"
differ "and it is not the host's" "$(namespace self net)" "$(cat "$WORK/second")"
down "$ID-second"
