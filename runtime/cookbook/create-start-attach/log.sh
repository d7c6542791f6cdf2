# The program writes into a file. Whoever created it may leave; anybody may follow the file, later and more than once.
. "$WORDS"

(cd "$WORK" && "$RUNTIME" create --bundle "$BUNDLE" "$ID" < /dev/null > log 2>&1) # and this caller is gone
same "before start the log is empty" "" "$(cat "$WORK/log")"

"$RUNTIME" start "$ID"
soon "the first word is in the log" said "$WORK/log" hello
check "its stdout is that file" [ "/proc/$(pid_of "$ID")/fd/1" -ef "$WORK/log" ]
same "who comes late reads it all" hello "$(hear < "$WORK/log")"

down "$ID"
same "the log stays when the container is gone" hello "$(cat "$WORK/log")"
