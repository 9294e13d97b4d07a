"""Forms: a Word, PDF or other file's bytes become a page, and a page becomes a reading."""

from forms.opening import page

__all__ = ["page"]
