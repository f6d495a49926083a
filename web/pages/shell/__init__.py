"""What all pages share: signing in, languages, filters, errors, rates, and the first page."""
