# A tmpfs for each place that must be writable; it has a size, and is gone with the container.
. "$WORDS"
root=$BUNDLE_TMPFS/rootfs
mkdir "$root/scratch"
up "$ID" "$BUNDLE_TMPFS" > "$WORK/said"
inside=/proc/$(pid_of "$ID")/root

soon "the scratch space takes what is written" said "$WORK/said" "scratch takes"
check "the root refuses it" said "$WORK/said" "root refuses"
never "us too, by that way" touch "$inside/note" 2> /dev/null
same "the note is inside" "a note" "$(cat "$inside/scratch/note")"
same "and not on the host" "" "$(ls "$root/scratch")"
never "more than its size does not fit" dd if=/dev/zero of="$inside/scratch/much" bs=100k count=1 2> /dev/null

down "$ID"
same "nothing of it stays" "" "$(ls "$root/scratch")"
