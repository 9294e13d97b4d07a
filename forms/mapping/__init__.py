"""From a page to a reading, by a definition.

`layout` finds the places where something can stand, `labels` the questions, `lists` the tables, `places` the answer of
each question; `choices` and `values` read it. None of them sees XML.
"""
