# The second joins the first one's namespaces, its pid namespace too: then the first is init for both.
. "$WORDS"
up "$ID-first" "$BUNDLE_HOLDER"
first=$(pid_of "$ID-first")
await runs "$first" sleep

sed -i "s/PID/$first/" "$BUNDLE_SIDECAR/config.json"
up "$ID-sidecar" "$BUNDLE_SIDECAR" > "$WORK/seen"
sidecar=$(pid_of "$ID-sidecar")
soon "the sidecar sees the first as process 1" said "$WORK/seen" sleep
for kind in pid net ipc uts; do
  same "one $kind namespace for both" "$(namespace "$first" "$kind")" "$(namespace "$sidecar" "$kind")"
done
differ "each has its own mounts" "$(namespace "$first" mnt)" "$(namespace "$sidecar" mnt)"

down "$ID-first"
never "the end of the first is the end of the sidecar" alive "$sidecar"
down "$ID-sidecar"
