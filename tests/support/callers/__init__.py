"""Who asks the service: another system, a person at the pages, a browser, whoever knocks at the front door."""
