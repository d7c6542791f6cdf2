# What all ways are checked for: the data is at /data inside from the program's first moment, and whether the host sees a mount.
mkdir "$WORK/data"
echo "a note" > "$WORK/data/note"
mounted() { grep -q " $2 " "/proc/$1/mountinfo"; } # mounted PID POINT
has_data() { # has_data ID SAID
  soon "the program finds the data when it begins" said "$2" "a note"
  pid=$(pid_of "$1")
  check "it is a mount of the container" mounted "$pid" /data
  differ "whose mounts are not ours" "$(namespace self mnt)" "$(namespace "$pid" mnt)"
}
