"""For whom a statement holds: the platform it is about, and who must comply with it."""

import re

from runtime.conformance.requirements.keywords import keywords, strength

PLATFORMS = ("all", "linux", "solaris", "windows", "freebsd", "zos", "vm")
DUTIES = ("runtime", "config author", "platform")
NAMES = {
    "linux": "linux", "windows": "windows", "hyper-v": "windows", "solaris": "solaris", "freebsd": "freebsd", "z/os": "zos",
}  # fmt: skip
FILES = re.compile(r"(?:config|runtime|runtime-config|features)-(linux|solaris|windows|freebsd|zos|vm)\.md$")
ROOTS = re.compile(r"(?:features\.)?(linux|solaris|windows|freebsd|zos|vm)\b")
LEAD = re.compile(
    r"(?:on|for|in)?\s*(?:the\s+)?(linux|windows|hyper-v|solaris|freebsd|z/os)\b(?:[- ](?!and\b)\w+){0,3}\s*[:,]",
    re.IGNORECASE,
)
TITLE = re.compile(r"\b(linux|windows|solaris|freebsd|z/os)\b", re.IGNORECASE)


def platform(file: str, path: str, titles: tuple[str, ...], text: str, items: tuple[str, ...]) -> str:
    """One of PLATFORMS: what the file is about, else the property, else how the sentence begins ("On Windows, ...") or a
    list item around it ("Windows: ..."; `items`, innermost first), else the headings. A heading with two names is for all.
    """
    if found := FILES.search(file) or ROOTS.match(path):
        return found[1]
    if found := LEAD.match(text):
        return NAMES[found[1].lower()]
    for item in items:
        if (found := LEAD.match(item)) and found[0].endswith(":"):
            return NAMES[found[1].lower()]
    for title in reversed(titles):
        named = {NAMES[name.lower()] for name in TITLE.findall(title)}
        if len(named) == 1:
            return named.pop()
    return "all"


# Asked of whoever writes config.json: the values, the keys, what is set and what it contains.
AUTHOR = re.compile(
    r"(?:^|[\s(*])(?:values?|keys?|entr(?:y|ies)|elements?|fields?|propert(?:y|ies)|array|path|annotations?|bundles?|this|it|"
    r"you|names?|(?:mount )?destination|left hand side|socket|`[\w.]+`|`[\w.]+` (?:field|property)|value of `\w+`)"
    r"(?: of the `?mounts`? structure)?\**,? (?:MUST|SHOULD|MAY|is REQUIRED|is OPTIONAL|are REQUIRED|are OPTIONAL)\b"
    r"|\b(?:directory|configuration file|file) MUST (?:exist|reside|contain)\b",
    re.IGNORECASE,
)
# Asked of the runtime: it is named, or the container, its files, hooks or errors are what results.
RUNTIME = re.compile(
    r"\b(?i:runtimes?|implementations?|operations?)\b[^.;]{0,120}?\b(?:MUST|SHOULD|MAY)\b"
    r"|\bMUST (?:be |still be |NOT be |also )?(?:generate|invoked|called|executed|run|mounted|applied|passed|created|destroyed|"
    r"stopped|deleted|made available|available|returned|error|ignored?|supply|supplied|inherit|resolve|written|set up|setup|"
    r"read-only inside|logged|sent|closed|reused|succeed|match the configured|affect|assigned|interpreted)\b"
    r"|\bSHOULD (?:be |NOT be )?(?:made available|supported|implemented|mapped|passed|managed|have a)\b"
    r"|\b(?:SHOULD|MUST) be \w+[^.;]{0,40} by (?:the )?runtimes?\b"
    r"|\b(?i:container|containers|hooks?|filesystems?) (?:process )?(?:MUST|SHOULD|MAY)\b",
)
ASIDE = re.compile(r"\([^()]*\b(?:MUST|SHOULD|MAY)\b[^()]*\)")
LATER = re.compile(
    r"\bsubsequent specifications?\b|\blimited by the kernel\b|\bsubmitted to this specification\b"
)
RUNTIME_FILES = ("runtime.md", "runtime-linux.md", "features.md", "features-linux.md")


def duty(file: str, path: str, kind: str, text: str) -> str:
    """One of DUTIES. What the runtime writes (state, features) and does is its own; a property's line in a configuration
    and what its value must be is the author's; what the kernel, the caller or a later specification decides is the
    platform's.
    """
    asked = ASIDE.sub(
        "", text
    )  # "(runtimes MAY generate an error)" is said to the runtime about somebody else's duty
    if LATER.search(asked):
        return "platform"
    if file in RUNTIME_FILES or path.startswith(("state", "containerProcessState")):
        return "runtime"
    if RUNTIME.search(asked):
        return "runtime"
    if kind == "property" or AUTHOR.search(asked) or file in ("bundle.md", "glossary.md"):
        return "config author"
    return "runtime" if strength(keywords(text) or ("MAY",)) != "MAY" else "config author"


def is_refused(file: str, path: str, duty: str, strength: str) -> bool:
    """Whether the runtime must refuse what breaks an author's MUST, given that the release asks for an error on invalid
    values (config.md#valid-values). The values of the image's annotations are metadata: nothing checks them.
    """
    asked = duty == "config author" and strength == "MUST"
    return asked and file.startswith("config") and not path.startswith("annotations[")
