"""A question after one about another event than the statement's own (the 44-day war, Khojaly) → what it is about."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.following import LONGEST, Asked, Topic
from bot.match import Match
from bot.model import Outcome
from bot.weighing import ANSWER_FROM, OFFERED, SUGGEST_FROM, Weigher, labelled, offered


class Elsewhere:
    """Keeps what is told of the statement's own event from questions about others; free of state between questions."""

    def __init__(self, weigher: Weigher) -> None:
        self._weigher = weigher
        self._language = weigher.language
        self._lexicon = weigher.lexicon
        self._own = {number for label in weigher.labels if len(label.holds_for) > 1 for number in label.holds_for}
        """The paragraphs that tell of the statement's own event: where and when one of them was, the others were."""

    def left(self, asked: Sequence[str], topic: Topic) -> Match | None:
        """What `asked`, which names the statement's own event and asks nothing ("and on 20 January?"), is about as the
        question before it without its times and without one or two of its words, which may name the other event:
        without those that leave what is surest; None where `topic` is about no other event, or nothing is likely."""
        lexicon, before = self._lexicon, topic.words(self._language)
        if not topic.elsewhere or lexicon.asks(asked) or not lexicon.names_own_event(asked):
            return None
        rest = [word for word in before if not lexicon.time(word)]
        names = lexicon.names(rest)
        dropped = [(), *((name,) for name in names), *pairwise(names)]
        variants = [[word for word in rest if word not in without] + [*asked] for without in dropped]
        weighed = zip(self._weigher.weigh(variants), variants, strict=True)
        told = [(part, variant) for part, variant in weighed if not part.answers[0].event and not part.is_gap]
        part, whole = max(told, key=lambda pair: pair[0].certainty, default=(None, []))
        if part is None or part.certainty < SUGGEST_FROM:
            return None
        switched = Asked(self._language, tuple(whole[:LONGEST]))
        if part.certainty < ANSWER_FROM:
            return replace(offered(part, self._language), asked=switched)
        (first, *others), certainty = part.ids, part.certainty
        found = Match(Outcome.ANSWER, self._language, certainty, (first,), next=tuple(others[:OFFERED]))
        return replace(found, leans=True, asked=switched)

    def offered(self, alone: Match, asked: Sequence[str], topic: Topic) -> Match:
        """What `asked` is about where it is not clear that it goes on from `topic`: if that is another event than the
        text's own, what the text tells of its own ("were civilians killed") is offered, not given."""
        if not topic.elsewhere or alone.outcome is not Outcome.ANSWER or self._lexicon.is_of_own_event(asked):
            return alone
        refers = self._lexicon.refers(asked)  # "was it a crime"
        labels = self._weigher.labels
        of_own = {a.id for a in labels if a.group in self._own or (refers and a.group and not a.event)}
        if of_own.isdisjoint(alone.ids):
            return alone
        part = self._weigher.together(topic.words(self._language), asked)
        if part.is_gap and part.certainty < ANSWER_FROM:
            return replace(labelled(part, self._language), leans=True).offering(alone)
        return replace(alone, outcome=Outcome.SUGGEST, ids=(*alone.ids, *alone.next)[:OFFERED], next=(), leans=True)
