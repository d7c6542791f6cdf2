# A wrapper has the flag and leaves the bundle as it found it: it works with any runtime.
. "$WORDS"
cp "$BUNDLE/config.json" "$WORK/before"

./with-hooks --hooks hooks.json create --bundle "$BUNDLE" "$ID"
check "the bundle's config.json is as it was" cmp -s "$WORK/before" "$BUNDLE/config.json"
[ ! -e "$WORK/heard" ] || note "poststart hooks run in create already, not after start"
"$RUNTIME" start "$ID"
check "the hook ran, and was told of the container" grep -q "\"id\": *\"$ID\"" "$WORK/heard"

down "$ID"
