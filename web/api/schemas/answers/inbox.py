"""What waits for a caller, as the API shows it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from docgen.desk.inbox.inbox import What
from web.api.schemas.answers.base import Href, Strict


class InboxLinks(Strict):
    """Where the thing is read, and its page for people."""

    self_: Annotated[Href, Field(alias="self")]
    page: Href | None


class InboxItem(Strict):
    """Something that waits for the caller: a document, a draft, or a dossier whose step is his or late.

    `returned` and `rejected` came back to who wrote it; `ready`: the document was approved, and a letter of `kinds` is
    to be made at `step`; `decide`: a decision of one of his officials; `sign`: the electronic signature of one of them;
    `late`, `due` (by the end of the next working day): the step of a dossier; `unnumbered`: a letter of his for which
    another system has not told its number; `draft`: one he has not submitted.
    """

    what: What
    document: Annotated[str | None, Field(description="Id of the document")]
    draft: Annotated[str | None, Field(description="Id of the draft")]
    dossier: Annotated[str | None, Field(description="Id of the dossier")]
    step: Annotated[int | None, Field(description="The step of the procedure to act at")]
    kinds: Annotated[list[str], Field(description="Kinds of documents to make there")]
    since: dt.datetime
    due: Annotated[dt.datetime | None, Field(description="When the time of the step is over")]
    reason: Annotated[str, Field(description="Why it waits: who decided what, with his note; in Indonesian")]
    links: InboxLinks


class InboxCounts(Strict):
    """How much waits of each sort, at most 1,000; `total` leaves out `draft`."""

    returned: Annotated[int, Field(description="`returned` and `rejected`")]
    ready: int
    decide: Annotated[int, Field(description="`decide` and `sign`")]
    late: Annotated[int, Field(description="`late` and `due`")]
    unnumbered: int
    draft: int
    total: int


class Inbox(Strict):
    """What waits for the caller, newest first: at most 20 of each sort."""

    items: list[InboxItem]
    counts: InboxCounts
