# The container speaks to a program outside over a socket that is mounted into it; it has no network device at all.
. "$WORDS"
"$PYTHON" ear.py "$WORK/socket" > "$WORK/heard" &
await [ -S "$WORK/socket" ]

up "$ID" "$BUNDLE_SOCKET"
soon "what is said inside is heard outside" grep -q 'box: hello' "$WORK/heard"
pid=$(pid_of "$ID")
differ "though it has another network" "$(namespace self net)" "$(namespace "$pid" net)"
check "and it is our socket that it sees" [ "/proc/$pid/root/dev/log" -ef "$WORK/socket" ]

down "$ID"
kill $!
