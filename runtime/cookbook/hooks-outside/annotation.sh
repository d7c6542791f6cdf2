# The runtime knows no such hook: it only carries the annotation, and the orchestrator runs what it names, with the same state.
. "$WORDS"
"$RUNTIME" create --bundle "$BUNDLE_ANNOTATED" "$ID"
never "the config has no hooks" grep -q '"hooks"' "$BUNDLE_ANNOTATED/config.json"

hook=$(state "$ID" | sed -n 's/.*"org.example.hook": *"\([^"]*\)".*/\1/p')
same "the state says what to run" "$RECIPE/hook" "$hook"
"$RUNTIME" state "$ID" | "${hook:-false}" "$WORK/heard"
check "the hook was told of the container" grep -q "\"id\": *\"$ID\"" "$WORK/heard"
check "which has no program yet" grep -q '"status": *"created"' "$WORK/heard"

"$RUNTIME" start "$ID"
check "and then it has" alive "$(pid_of "$ID")"
down "$ID"
