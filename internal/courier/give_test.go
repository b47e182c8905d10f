package courier

import (
	"context"
	"errors"
	"testing"

	"pedigree/internal/vault"
)

func TestTheDocumentsOfAFileAreGiven(t *testing.T) {
	s := newScene(t, nil)
	s.desk.judge = func(text string) Taken {
		return Taken{Document: int64(len(text)), State: "refused", Refused: true, Reason: "it is for somebody else"}
	}
	s.put("four.xml", "four")
	s.put("empty.xml", "")
	s.looks()
	numbers := map[string]int64{}
	for _, a := range s.files() {
		numbers[a.Name] = a.Number
	}
	var given []int64
	fail := errAway
	give := func(_ context.Context, document int64, partner string) (Taken, error) {
		if given = append(given, document); fail != nil {
			return Taken{}, fail
		}
		return Taken{Document: 100 + document, State: "checked for " + partner}, nil
	}
	if _, err := s.k.Give(t.Context(), "drop", numbers["four.xml"], "maker", give); !errors.Is(err, errAway) || s.state().Failed != 2 {
		t.Errorf("%v, %+v", err, s.state())
	}
	fail = nil
	a, err := s.k.Give(t.Context(), "drop", numbers["four.xml"], "maker", give)
	if err != nil || a.State != "taken" || a.Reason != "" || len(a.Entries) != 1 || a.Entries[0].State != "checked for maker" || a.Entries[0].Document != 104 {
		t.Errorf("%+v, %v", a, err)
	}
	if state := s.state(); state.Failed != 1 || state.Taken != 1 || len(given) != 2 {
		t.Errorf("%+v, given %v", state, given)
	}
	if err := s.look(); err != nil { // the row is that of the same file
		t.Fatal(err)
	}
	if len(s.files()) != 2 {
		t.Errorf("%+v", s.files())
	}
	if _, err := s.k.Give(t.Context(), "drop", numbers["empty.xml"], "maker", give); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
	for _, missing := range []struct {
		inlet string
		n     int64
	}{{"drop", 99}, {"other", numbers["four.xml"]}} {
		if _, err := s.k.Give(t.Context(), missing.inlet, missing.n, "maker", give); !errors.Is(err, vault.ErrNotFound) {
			t.Errorf("%+v: %v", missing, err)
		}
	}
}
