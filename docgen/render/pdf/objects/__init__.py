"""PDF as a file of objects: read as text or by pypdf, and written in order, whatever they show."""
