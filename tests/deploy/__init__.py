"""What is delivered for installing: images, units, proxies, `docgen setup`. What cannot run here is checked as text."""
