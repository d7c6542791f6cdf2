# `run` on a terminal: the runtime stays, and carries everything between our terminal and one that it makes inside.
. "$WORDS"
mkfifo "$WORK/typed"
exec 3<> "$WORK/typed"
script --quiet --flush --return --command "'$RUNTIME' run --bundle '$BUNDLE_TERMINAL' '$ID'" "$WORK/shown" <&3 > /dev/null &
runs=$!

soon "the program has a terminal" said "$WORK/shown" terminal
soon "what it writes to its console is shown" said "$WORK/shown" "by its console"
check "the terminal is its own" [ "$(readlink "/proc/$(pid_of "$ID")/fd/0")" = /dev/pts/0 ]
echo marco >&3
soon "what we type is heard" said "$WORK/shown" "typed marco"
wait $runs && code=0 || code=$?
same "and its end is the end of run" 0 "$code"
never "which took the container away" exists "$ID"
