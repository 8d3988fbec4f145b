"""A question, weighed as one → what it is about."""

from collections.abc import Sequence

from bot.match import Match
from bot.model import Language, Outcome
from bot.weighing import ANSWER_FROM, OFFERED, PART_FROM, SUGGEST_FROM, Part, labelled, offered

TIE_FROM, TIE_BELOW = 0.9, 0.8
"""From which share of the best answer's score another paragraph's is a near tie, and the certainty up to which a near
tie is left to the person to choose from, for such answers are wrong far more often than others."""

SUBJECT_FROM = 0.22
"""Score from which a subject that the statement does not cover counts as recognised."""

WISH_FROM, WISH_ALONE = 0.42, 0.3
"""Score from which a command or small talk counts as meant, and where no intent is likely."""

STORY_FROM = 4
"""From how many parts on what a message is about must be what one of them is about, too: long stories have the words of
many questions. Of the dev sets' 307 that were answered rightly 4 are not, of 20 that were not, 13."""

WISHES = (Outcome.COMMAND, Outcome.CHAT)
"""What is said to the bot itself, and leans on no question."""


def decided(part: Part, parts: Sequence[Part], language: Language) -> Match:
    """What a message is about that is one question: `part`, which has these `parts`."""
    enough = WISH_FROM if part.certainty >= SUGGEST_FROM else WISH_ALONE
    is_wish = part.label.outcome in WISHES and part.score >= enough
    if is_wish and (part.label.id != "more" or part.certainty < PART_FROM):  # or it names of what
        return labelled(part, language)
    is_tie = part.certainty < TIE_BELOW and part.rivalry > TIE_FROM
    if part.certainty >= ANSWER_FROM and (is_tie or not _is_told(part, parts)):
        return offered(part, language)
    if part.certainty >= ANSWER_FROM:
        return Match(Outcome.ANSWER, language, part.certainty, part.ids[:1], next=part.ids[1:OFFERED])
    if part.label.outcome is Outcome.NOT_COVERED and part.score >= SUBJECT_FROM:
        return labelled(part, language)
    if part.certainty >= SUGGEST_FROM:
        return offered(part, language)
    is_other = part.label.outcome is Outcome.UNKNOWN and part.score >= WISH_FROM
    return Match(Outcome.UNKNOWN, language, 0.0 if is_other else part.certainty)


def _is_told(whole: Part, parts: Sequence[Part]) -> bool:
    """Whether the paragraph that answers a story of these `parts` as a `whole` answers one of them, too."""
    told = (part for part in parts if part.certainty >= ANSWER_FROM)
    return len(parts) < STORY_FROM or any(part.answers[0].group == whole.answers[0].group for part in told)
