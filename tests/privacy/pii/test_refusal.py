from tabsynth.errors import TabsynthError
from tabsynth.privacy.pii import PrivacyError


def test_a_refusal_is_one_of_our_errors_and_says_where_and_what_to_do() -> None:
    error = PrivacyError("3 values are left", where="column 'a'", do="drop it")
    assert isinstance(error, TabsynthError)
    assert str(error) == "column 'a': 3 values are left. Drop it."
