"""The rules of the lint: a small function each over one opened template; `docgen.template_lint.examine` lists them."""
