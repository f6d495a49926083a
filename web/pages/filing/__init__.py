"""Pages of filing officers: bundles and their files, scans, the register (buku agenda), retention."""
