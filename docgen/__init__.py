"""The office's work: the SOP, forms, rendering, numbering, and the use-cases that tie them together."""
