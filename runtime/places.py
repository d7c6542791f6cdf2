"""Where older releases of the specification describe what has another anchor today: until v1.0.0-rc5 only headings can be linked to."""

from __future__ import annotations

from runtime.releases import parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.releases import Rules

MOVED = (  # (the first release that has them, {today's place: the place before})
    ("1.0.1", {"config.md#configuration": "config.md#containerConfigurationFile"}),
    (
        "1.0.0-rc6",
        {
            "config.md#configPOSIXUser": "config.md#configLinuxAndSolarisUser",
            "config.md#configLinuxProcess": "config.md#configProcess",
        },
    ),
    (
        "1.0.0-rc5",
        {
            "config.md#configSpecificationVersion": "config.md#specification-version",
            "config.md#configRoot": "config.md#root-configuration",
            "config.md#configMounts": "config.md#mounts",
            "config.md#configProcess": "config.md#process",
            "config.md#configPlatform": "config.md#platform",
            "config.md#configLinuxAndSolarisUser": "config.md#linux-and-solaris-user",
            "config.md#containerConfigurationFile": "config.md#container-configuration-file",
            "config.md#configHostname": "config.md#hostname",
            "config.md#configHooks": "config.md#hooks",
            "config.md#configAnnotations": "config.md#annotations",
            "config-linux.md#configLinuxNamespaces": "config-linux.md#namespaces",
            "config-linux.md#configLinuxControlGroups": "config-linux.md#control-groups",
            "config-linux.md#configLinuxSeccomp": "config-linux.md#seccomp",
            "config-linux.md#configLinuxDevices": "config-linux.md#devices",
            "config-linux.md#configLinuxSysctl": "config-linux.md#sysctl",
            "config-linux.md#configLinuxMaskedPaths": "config-linux.md#masked-paths",
            "config-linux.md#configLinuxUserNamespaceMappings": "config-linux.md#user-namespace-mappings",
            "config-linux.md#linuxContainerConfiguration": "config-linux.md#linux-specific-container-configuration",
        },
    ),
    ("1.0.0-rc3", {"config.md#process": "config.md#process-configuration"}),
    (
        "1.0.0-rc1",
        {
            "config.md#linux-and-solaris-user": "config.md#linux-user",
            "config.md#platform": "config.md#platform-specific-configuration",
        },
    ),
    ("0.5.0", {"config.md#linux-user": "config.md#process-configuration"}),
)


def of(place: str, rules: Rules) -> str:
    """A place in today's texts as the text of the config's own release has it."""
    for since, before in MOVED:
        if rules.release < parse(since):
            place = before.get(place, place)
    return place
