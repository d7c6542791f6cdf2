# The root of config.json is an overlay: what the image has below, read-only; what is written above, in scratch space.
. "$WORDS"
root=$BUNDLE_OVERLAY/rootfs
mkdir "$WORK/scratch"
mount -t tmpfs tmpfs "$WORK/scratch"
mkdir "$WORK/scratch/upper" "$WORK/scratch/work"
mount -t overlay -o "lowerdir=$root,upperdir=$WORK/scratch/upper,workdir=$WORK/scratch/work" overlay "$root" 2> /dev/null ||
  skip "this kernel mounts no overlay"

up "$ID" "$BUNDLE_OVERLAY" > "$WORK/said"
soon "the root takes what is written" said "$WORK/said" "root takes"
same "the note is inside" "a note" "$(cat "/proc/$(pid_of "$ID")/root/note")"
same "and in our scratch space" "a note" "$(cat "$WORK/scratch/upper/note")"

down "$ID"
umount "$root"
never "the image is as it was" test -e "$root/note"
umount "$WORK/scratch"
