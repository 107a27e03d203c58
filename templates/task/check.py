

class CASE(CheckCase):
    """FUNCTION."""

    part = "PART"
    function = "FUNCTION"  # TODO: its rules, where it has any: bans, loops, needs
EXTRA
    @number("CHECK")
    @weight(POINTS)
    def test_values(self) -> None:
        """FUNCTION: TODO: what is checked"""
        problems = [(self.randn(n),) for n in (1, 5)]  # TODO: questions at a scale where every term shows
        for (x,), answer in zip(problems, self.ask_many(problems), strict=True):
            expect.close(f"the answer for n = {len(x)}", answer, self.expected(x))
