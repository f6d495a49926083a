"""Rules for shared parts and sentences that a template names."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.template_lint.case import Case
from docgen.template_lint.finding import Finding
from wording import say


def wrong_shared_parts(case: Case) -> Iterator[Finding]:
    """Find shared parts and sentences that do not exist, or cannot stand in a letter."""
    for flow in case.flows:
        for tag in flow.tags:
            if tag.problem:
                yield case.at_tag(
                    "wrong_shared_part",
                    tag,
                    tag.problem,
                    say("Sebut bagian bersama atau kalimat yang ada, atau hapus tanda ini."),
                )
