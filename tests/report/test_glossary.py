from tabsynth.report.glossary import FURTHER
from tabsynth.report.wording import CARDS


def test_no_score_of_the_glossary_is_a_headline_or_there_twice() -> None:
    names = [card.name for card in (*CARDS, *FURTHER)]
    assert len(names) == len(set(names))


def test_an_explanation_is_a_paragraph_in_sentences() -> None:
    for card in FURTHER:
        assert 40 <= len(card.explanation) <= 400 and card.explanation.endswith(".")
