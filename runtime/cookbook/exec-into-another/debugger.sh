# A container with tools joins the namespaces of one without; the other's files are under /proc/1/root.
. "$WORDS"
. ./bare.sh
up "$ID" "$BUNDLE"
pid=$(pid_of "$ID")

sed -i "s/PID/$pid/" "$BUNDLE_DEBUGGER/config.json"
up "$ID-debugger" "$BUNDLE_DEBUGGER" > "$WORK/seen"
debugger=$(pid_of "$ID-debugger")
soon "it reads the other's secret" said "$WORK/seen" "the secret"
check "it is called as the other is" said "$WORK/seen" bare
check "it has tools" said "$WORK/seen" /bin/grep
never "which the other still has not" test -e "/proc/$pid/root/bin/grep"
same "both are in one pid namespace" "$(namespace "$pid" pid)" "$(namespace "$debugger" pid)"
differ "each has its own mounts" "$(namespace "$pid" mnt)" "$(namespace "$debugger" mnt)"

down "$ID-debugger"
check "the other goes on" alive "$pid"
down "$ID"
