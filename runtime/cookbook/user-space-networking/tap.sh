# Between create and start a program outside gets a device inside; from then on every frame goes through that program.
. "$WORDS"
[ -c /dev/net/tun ] || skip "this kernel has no tap devices (/dev/net/tun)"
"$RUNTIME" create --bundle "$BUNDLE_TAP" "$ID" > "$WORK/said"
pid=$(pid_of "$ID")
inside() { nsenter --target "$pid" --net "$@"; }

"$PYTHON" stack.py "$pid" > "$WORK/stack" &
await said "$WORK/stack" ready
inside ip addr add 10.0.2.15/24 dev tap0
inside ip link set tap0 up
"$RUNTIME" start "$ID"

soon "the program inside reaches 10.0.2.2" said "$WORK/said" "ping ended with 0"
check "and it was our program that answered" said "$WORK/stack" answered
never "the host has no such device" ip link show tap0 2> /dev/null

down "$ID"
kill $!
