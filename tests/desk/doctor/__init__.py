"""`docgen doctor`: a sound installation has nothing wrong, and each planted fault is named alone."""
