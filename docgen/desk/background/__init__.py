"""Long work: the queue of jobs with its leases, service threads, and how a job is cancelled or resumed.

Knows no kind of job; `docgen.desk.service.job_functions` names the functions that do them.
"""
