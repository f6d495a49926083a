"""What the API takes and answers, as pydantic models, and how records are turned into them.

A change here is a change of the API's contract.
"""
