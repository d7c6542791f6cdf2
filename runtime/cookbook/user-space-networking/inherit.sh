# A server outside accepts the connection and gives it to a new container as stdin and stdout, as inetd does.
. "$WORDS"
ip link set lo up
busybox nc -ll -p 7000 -e ./serve &
listens() { grep -q ':1B58 .* 0A ' /proc/net/tcp /proc/net/tcp6; } # port 7000
await listens

echo hello | busybox nc -w 5 127.0.0.1 7000 > "$WORK/answer"
check "a program inside heard us over TCP" said "$WORK/answer" "heard hello"
never "though it has no network" grep -qE 'eth|tap|veth' "$WORK/answer"
check "but for a loopback of its own" grep -q '^ *lo:' "$WORK/answer"
never "on which nothing had been sent" grep -q '^ *lo: *[1-9]' "$WORK/answer"

kill $!
down "$ID"
