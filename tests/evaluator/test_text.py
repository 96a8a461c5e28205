import numpy as np

from tabsynth.evaluator.text import text_form


def test_sentences_words_and_characters_are_counted_per_record() -> None:
    form = text_form(np.array(["One two. Three four!", None, "..."], dtype=object))
    assert form.sentences.tolist() == [2, 0]
    assert form.words_per_sentence.tolist() == [2, 0]
    assert form.characters_per_word.tolist() == [15 / 4, 0]
