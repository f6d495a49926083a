"""How the delivered Word templates are written: `python -m templates_docx._authoring` makes every template.docx anew.

This is for developers of docgen. An office that wants another wording or layout needs none of it: copy a folder of
`templates_docx/` to the folder named in DOCGEN_TEMPLATES and edit its `template.docx` in Word. The emblem is the
picture whose alternative text is "lambang".

The measures follow the reference of Permendagri 1/2023: A4 (Ps. 28(2)), Arial 12 (Ps. 32(2)), top 2, bottom 2.5,
left 3, right 2 cm (Ps. 34(2)); letterhead on the first page only, page number `- 2 -` top centre from page 2. The
lowest 2.2 cm of every page stay free for the verification band that is stamped on the PDF.
"""
