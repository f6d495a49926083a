"""Make annotations and form fields part of the pages they stand on, as viewers draw them."""
