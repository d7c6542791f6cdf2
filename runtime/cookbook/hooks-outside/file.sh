# hooks.json lies beside config.json, and whoever calls the runtime puts the two together first.
. "$WORDS"
never "the config that was handed to us has no hooks" grep -q hooks "$BUNDLE/config.json"
cp "$BUNDLE/config.json" "$WORK/config.json"
./merge "$WORK/config.json" hooks.json > "$BUNDLE/config.json"

up "$ID" "$BUNDLE"
check "the hook ran, and was told of the container" grep -q "\"id\": *\"$ID\"" "$WORK/heard"
same "and of its first process" "$(pid_of "$ID")" "$(tr -d '\n' < "$WORK/heard" | sed 's/.*"pid": *\([0-9]*\).*/\1/')"

down "$ID"
