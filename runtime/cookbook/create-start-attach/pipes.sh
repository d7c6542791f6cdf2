# What `create` has as stdin and stdout is the program's; who holds the other ends is attached from `start` on.
. "$WORDS"
mkfifo "$WORK/in" "$WORK/out"
exec 3<> "$WORK/in" 4<> "$WORK/out"

"$RUNTIME" create --bundle "$BUNDLE" "$ID" < "$WORK/in" > "$WORK/out"
same "before start it is created, and says nothing" created "$(status_of "$ID")"
echo marco >&3 # waits in the pipe

"$RUNTIME" start "$ID"
same "its first word comes to us" hello "$(hear <&4)"
same "and it hears what we say" "heard marco" "$(hear <&4)"
check "its stdin is our pipe, and no copy" [ "/proc/$(pid_of "$ID")/fd/0" -ef "$WORK/in" ]

down "$ID"
