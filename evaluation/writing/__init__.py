"""The one writer: whatever the program changes goes through here, whole or not at all, by one command at a time.

In come a path and its new content; out comes the file or folder as it was or as it is to be (`files`), with a folder
to work in beside it (`work_folder`) and one lock a project (`lock`).

>>> from evaluation.writing.files import unique_name
>>> unique_name(".csv") == unique_name(".csv")
False
"""
