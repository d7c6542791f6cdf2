# `run` returns when the program has ended and the container is deleted, with the program's exit code: the work is the next line.
. "$WORDS"
"$RUNTIME" run --bundle "$BUNDLE" "$ID" > "$WORK/said" && code=0 || code=$?

check "the program has worked" said "$WORK/said" working
same "we know how it ended" 7 "$code"
never "nothing of the container is left" exists "$ID"
