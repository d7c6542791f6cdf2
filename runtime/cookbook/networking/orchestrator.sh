# Between create and start the container has its namespaces and no program: the moment to set up a network.
. "$WORDS"
. ./plugged.sh

"$RUNTIME" create --bundle "$BUNDLE_PLAIN" "$ID" > "$WORK/said"
./plug "$(pid_of "$ID")"
"$RUNTIME" start "$ID"

plugged "$ID" "$WORK/said"
down "$ID"
unplugged
