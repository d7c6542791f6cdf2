# A container with one program, /bin/sleep, one secret, and no tools.
mv "$ROOTFS/bin/busybox" "$WORK/sleep"
rm -r "$ROOTFS/bin" "$ROOTFS/probe"
mkdir "$ROOTFS/bin"
mv "$WORK/sleep" "$ROOTFS/bin"
echo "the secret" > "$ROOTFS/etc/secret"
