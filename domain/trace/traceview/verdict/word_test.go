package verdict

import "testing"

func TestTheGraverWordWins(t *testing.T) {
	order := []Word{OK, CannotTell, Stop}
	for i, a := range order {
		for j, b := range order {
			if got, want := a.Worse(b), order[max(i, j)]; got != want {
				t.Errorf("%q and %q make %q, want %q", a, b, got, want)
			}
		}
	}
}
