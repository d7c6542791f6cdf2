# A second container is created in the first one's namespaces while it lives, and started when it has stopped: they are still there.
. "$WORDS"
"$RUNTIME" create --bundle "$BUNDLE" "$ID" > "$WORK/said"
pid=$(pid_of "$ID")
network=$(namespace "$pid" net)
sed -i "s/PID/$pid/" "$BUNDLE_CLEANER/config.json"
"$RUNTIME" create --bundle "$BUNDLE_CLEANER" "$ID-cleaner" > "$WORK/cleaner"

"$RUNTIME" start "$ID"
soon "the container has stopped" stopped "$ID"
same "the cleaner has not begun before" "" "$(cat "$WORK/cleaner")"
"$RUNTIME" start "$ID-cleaner"
soon "then it works" said "$WORK/cleaner" cleaning
soon "in the network of the one that stopped" said "$WORK/cleaner" "$network"
differ "which is not ours" "$(namespace self net)" "$network"

"$RUNTIME" delete "$ID"
down "$ID-cleaner"
