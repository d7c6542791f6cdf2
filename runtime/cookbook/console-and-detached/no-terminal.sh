# Detached without a terminal: the program keeps our files as stdin and stdout, in a session that no terminal can end.
. "$WORDS"
. ./sessions.sh
up "$ID" "$BUNDLE" < /dev/null > "$WORK/log"
pid=$(pid_of "$ID")

soon "the program has no terminal" said "$WORK/log" none
check "its stdout is our file" [ "/proc/$pid/fd/1" -ef "$WORK/log" ]
same "no terminal controls it" 0 "$(terminal_of "$pid")"
differ "it is not in our session" "$(session_of $$)" "$(session_of "$pid")"

down "$ID"
