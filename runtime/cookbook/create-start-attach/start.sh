# v0.4 and v0.5 have no create: `start` makes the container and runs the program, so attach to it before.
. "$WORDS"
mkfifo "$WORK/in" "$WORK/out"
exec 3<> "$WORK/in" 4<> "$WORK/out"

"$RUNTIME" start "$ID" "$BUNDLE" < "$WORK/in" > "$WORK/out"
echo marco >&3
same "its first word comes to us" hello "$(hear <&4)"
same "and it hears what we say" "heard marco" "$(hear <&4)"
check "its stdin is our pipe, and no copy" [ "/proc/$(pid_of "$ID")/fd/0" -ef "$WORK/in" ]

"$RUNTIME" stop "$ID"
never "after stop there is no container" exists "$ID"
