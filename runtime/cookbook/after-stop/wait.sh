# The orchestrator does the work itself, between the end of the program and `delete`, with everything still at hand.
. "$WORDS"
"$RUNTIME" create --bundle "$BUNDLE" "$ID" > "$WORK/said"
pid=$(pid_of "$ID")
"$RUNTIME" start "$ID"

soon "the container has stopped" stopped "$ID"
never "its program is gone" alive "$pid"
"$RUNTIME" state "$ID" > "$WORK/state" # here is the work
check "its state is there for the work" grep -q "\"id\": *\"$ID\"" "$WORK/state"
check "and what it wrote" said "$WORK/said" working

"$RUNTIME" delete "$ID"
never "then it is gone" exists "$ID"
