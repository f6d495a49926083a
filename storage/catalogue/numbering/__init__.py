"""The registers of numbers: gapless series, numbers given by hand, held for drafts, or given by other systems."""
