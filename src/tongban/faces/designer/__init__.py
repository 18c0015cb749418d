"""The designer: where business staff compose life events, draw processes and write decision tables.

==================  ================================================================================
`drafts`            the list of drafts, comments, the review before publishing, try-out, approval, versions
`composer`          a life event: items, conditions, the plan that draws itself, the form in three widths
`canvas`            a process: the BPMN editor with our own palette and panel
`decisions`         a decision table: an accessible grid with a test panel
==================  ================================================================================

Each part is a Django app of its own with its pages, words and scripts. Everything edited is a file of a
*draft* (`tongban.design`); nothing that runs changes before a draft is approved by somebody else. Writes no
events of its own.
"""
