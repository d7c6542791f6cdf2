# The runtime makes a terminal and sends its other end over a socket; who listens there is attached, and can hand it on.
. "$WORDS"
mkfifo "$WORK/typed"
exec 3<> "$WORK/typed"
recvtty "$WORK/socket" <&3 > "$WORK/shown" &
await [ -S "$WORK/socket" ]

"$RUNTIME" create --bundle "$BUNDLE_TERMINAL" --console-socket "$WORK/socket" "$ID"
same "before start nothing is shown" "" "$(cat "$WORK/shown")"

"$RUNTIME" start "$ID"
soon "its first word is on our terminal" said "$WORK/shown" hello
echo marco >&3
soon "and it hears what we type" said "$WORK/shown" "heard marco"
pid=$(pid_of "$ID")
check "its stdin is a terminal of its own" test -c "/proc/$pid/root/dev/pts/0" -a "$(readlink "/proc/$pid/fd/0")" = /dev/pts/0

down "$ID"
