# `create` sends the terminal's other end over a socket and returns; whoever listens there has the terminal from then on.
. "$WORDS"
. ./sessions.sh
mkfifo "$WORK/typed"
exec 3<> "$WORK/typed"
recvtty "$WORK/socket" <&3 > "$WORK/shown" &
await [ -S "$WORK/socket" ]

"$RUNTIME" create --bundle "$BUNDLE_TERMINAL" --console-socket "$WORK/socket" "$ID"
"$RUNTIME" start "$ID"
soon "the program has a terminal" said "$WORK/shown" terminal
soon "what it writes to its console is shown" said "$WORK/shown" "by its console"
pid=$(pid_of "$ID")
same "its stdin is a terminal of its own" /dev/pts/0 "$(readlink "/proc/$pid/fd/0")"
check "which controls it: it has a terminal, and leads its session" leads_on_a_terminal "$pid"
echo marco >&3
soon "what we type is heard" said "$WORK/shown" "typed marco"
soon "and then it ends" stopped "$ID"

"$RUNTIME" delete "$ID"
