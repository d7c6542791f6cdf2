# crun and refrun take a config from elsewhere; runc has no such flag.
. "$WORDS"
./merge "$BUNDLE/config.json" hooks.json > "$WORK/config.json"

if ! "$RUNTIME" create --config "$WORK/config.json" --bundle "$BUNDLE" "$ID" 2> "$WORK/error"; then
  grep -q 'not defined' "$WORK/error" && inapplicable "$RUNTIME_NAME has no create --config"
  no "create --config is refused: $(tail -n 1 "$WORK/error")"
fi
"$RUNTIME" start "$ID"
check "the hook ran, and was told of the container" grep -q "\"id\": *\"$ID\"" "$WORK/heard"
never "which the bundle's own config does not name" grep -q hooks "$BUNDLE/config.json"

down "$ID"
