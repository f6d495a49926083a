"""The figures, side by side in one run with what a user would pick instead. Timings here decide no test."""
