# A poststop hook runs in `delete` (v0.4, v0.5: in `stop`): not when the program ends, and not at all if nobody deletes.
. "$WORDS"
up "$ID" "$BUNDLE_HOOKED" > "$WORK/said"
soon "the program works" said "$WORK/said" working
pid_of "$ID" > "$WORK/pid"

if has_create; then
  "$RUNTIME" kill "$ID" KILL
  soon "the container has stopped" stopped "$ID"
  never "that alone runs no hook" test -e "$WORK/state"
  "$RUNTIME" delete "$ID"
else
  "$RUNTIME" stop "$ID"
fi
check "then it ran, and was told of the container" grep -q "\"id\": *\"$ID\"" "$WORK/state"
same "after the program" ended "$(cat "$WORK/program")"
never "and the container is gone" exists "$ID"
