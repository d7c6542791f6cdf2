"""refrun: an OCI runtime in pure Python, standard library only, made to be read beside the specification.

docs/runtime.md leads from each section of the specification to its code. Read from the top: each floor uses only what
stands below it, and no two modules of a floor use each other in turn (tests/runtime/test_floors.py).

    commands    __main__ cli commands bygone: words into calls, their output, exit codes
    operations  lifecycle starting deletion joining operations foreground inhabitants stats: runtime.md, from create to delete
    spec        config former dialects spelling since places features host_facts starter: what a config may say, at each release
    plan        init: all that the container's side needs, worked out before it begins, and the order of its steps
    steps       hooks namespaces idmaps rootfs mounts mount_options oldmounts devices copyup terminal process capabilities
                scheduling seccomp sysctls netdevices cgroups limits device_rules freezer ownership intelrdt labels keyring
                pidfds interpreter state: one module for each thing that config.md and config-linux.md describe
    kernel      inroot stepwise procfs locking syscalls syscalls_rare kernel seccomp_bpf syscall_numbers: paths, files and calls
    ground      voice interrupts options signals shape ids releases jsontext lean_os lean_path faults: what all others need
"""

VERSION = "0.1.0"
