"""UTF-8, in place of the standard library's package of all encodings: what refrun's own interpreter finds as `encodings` (lean.py).

Each start of an interpreter imports that package, with a table of some 300 names, to find UTF-8. Where the locale or a file
asks for another encoding, the package is imported after all and takes over.
"""

import _codecs
import codecs
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # what a buffer is called is new in Python 3.12


class Encoder(codecs.IncrementalEncoder):
    def encode(self, input: str, final: bool = False) -> bytes:
        return _codecs.utf_8_encode(input, self.errors)[0]


class Decoder(codecs.BufferedIncrementalDecoder):
    @staticmethod
    def _buffer_decode(input: "Any", errors: str, final: bool) -> tuple[str, int]:
        return _codecs.utf_8_decode(input, errors, final)


def decode(input: "Any", errors: str = "strict", /) -> tuple[str, int]:
    return _codecs.utf_8_decode(input, errors, True)


UTF_8 = codecs.CodecInfo(_codecs.utf_8_encode, decode, None, None, Encoder, Decoder, "utf-8")


def search(name: str) -> "codecs.CodecInfo | None":
    """What codecs.lookup asks for; the package's own function is registered by its import, and asked from then on."""
    if name in ("utf-8", "utf_8", "utf8"):
        return UTF_8
    if sys.modules.get("encodings") is not _me:
        return None
    found: codecs.CodecInfo | None = _package().search_function(name)
    return found


def __getattr__(name: str) -> "Any":
    """Whatever else is asked of `encodings`, its modules too (`__path__`), is the package's: `locale` does, for `subprocess`."""
    return getattr(_package(), name)


def _package() -> "Any":
    """The standard library's package, which takes our place."""
    if sys.modules.get("encodings") is _me:
        sys.path.remove(__file__.rpartition("/")[0])
        del sys.modules["encodings"]
    import encodings

    return encodings


_me = sys.modules[__name__]
codecs.register(search)
