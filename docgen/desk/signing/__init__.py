"""Electronic signatures by BSrE: by what officials are known there, how a signature looks, and the office's seal."""
