# A namespace that is bound to a file stays without any process; containers come, use it and go.
. "$WORDS"
touch "$WORK/net"
unshare --net="$WORK/net" true
kept="net:[$(stat -L -c %i "$WORK/net")]"

for round in first second; do
  up "$ID-$round" "$BUNDLE" > "$WORK/$round"
  soon "the $round container is in it" said "$WORK/$round" "$kept"
  same "as the host sees it too" "$kept" "$(namespace "$(pid_of "$ID-$round")" net)"
  down "$ID-$round"
  check "it stays when the $round is deleted" [ "net:[$(stat -L -c %i "$WORK/net")]" = "$kept" ]
done

umount "$WORK/net"
