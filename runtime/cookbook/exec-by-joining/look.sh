# What one sees from inside; with `.` in front it is compared with what the host sees of the container.
look='hostname; cat /proc/1/comm; for kind in pid net ipc uts mnt; do readlink /proc/self/ns/$kind; done'
expected() { # expected PID KIND...
  echo box && echo sleep
  pid=$1 && shift
  for kind; do namespace "$pid" "$kind"; done
}
