# One container holds the namespaces and does nothing; the programs come and go beside it.
. "$WORDS"
up "$ID-holder" "$BUNDLE_HOLDER"
holder=$(pid_of "$ID-holder")

sed -i "s/PID/$holder/" "$BUNDLE_APP/config.json"
up "$ID-one" "$BUNDLE_APP" > "$WORK/one"
up "$ID-two" "$BUNDLE_APP" > "$WORK/two"
one=$(pid_of "$ID-one") two=$(pid_of "$ID-two")
soon "both have the pod's name" said "$WORK/one" pod
soon "both have the pod's name" said "$WORK/two" pod
for kind in net ipc uts; do
  same "one $kind namespace for all" "$(namespace "$holder" "$kind")" "$(namespace "$one" "$kind")"
  same "one $kind namespace for all" "$(namespace "$holder" "$kind")" "$(namespace "$two" "$kind")"
done
differ "each has its own processes" "$(namespace "$one" pid)" "$(namespace "$two" pid)"
differ "each has its own mounts" "$(namespace "$one" mnt)" "$(namespace "$two" mnt)"

down "$ID-one"
check "the end of one does not touch the other" alive "$two"
up "$ID-one" "$BUNDLE_APP" > "$WORK/again"
soon "and it can come again" said "$WORK/again" pod
same "into the same network" "$(namespace "$holder" net)" "$(namespace "$(pid_of "$ID-one")" net)"

for name in one two holder; do down "$ID-$name"; done
