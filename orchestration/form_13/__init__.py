"""Form 13 (skjema 13) of a municipality and year: the files that are handed in, the rows behind them, and what was once sent.

Belongs here: reading the form from a release, how it looks in a workbook, a page and a CSV file, and keeping forms that were sent.
Does not belong here: what is counted (``fct_form_line``), which controls there are (``fct_form_control``).
"""
