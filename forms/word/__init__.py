"""Word forms: one walk over a package's XML gives a `Page`."""

from forms.word.document import Places, read

__all__ = ["Places", "read"]
