"""The rules of the doctor: a small function each over one opened template; `docgen.doctor.examine` lists them."""
