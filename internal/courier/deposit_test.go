package courier

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"pedigree/internal/vault"
)

func depositScene(t testing.TB) *scene {
	t.Helper()
	dir := t.TempDir()
	s := newScene(t, func(in *Inlet) { in.Folder, in.Every, in.Deposit = "", 0, true })
	s.k.config.Dir = dir
	return s
}

func TestWhatIsLeftIsTakenOnce(t *testing.T) {
	s := depositScene(t)
	s.desk.judge = func(string) Taken {
		return Taken{Document: 7, State: "waiting-for-goods", Findings: 2, Rules: []string{"dscsa/expired"}}
	}
	first, err := s.k.Deposit(t.Context(), "drop", "asn.xml", strings.NewReader("<a/>"))
	if err != nil || first.State != "taken" || first.Size != 4 || len(first.SHA256) != 64 || len(first.Documents) != 1 || first.Documents[0].Findings != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			again, err := s.k.Deposit(t.Context(), "drop", "other-name.xml", strings.NewReader("<a/>"))
			if err != nil || again.ID != first.ID || again.Name != "asn.xml" {
				t.Errorf("%+v, %v", again, err)
			}
		})
	}
	all.Wait()
	if len(s.desk.got) != 1 {
		t.Errorf("the Taker got %d", len(s.desk.got))
	}
	got, err := s.k.Deposited(t.Context(), "drop", first.ID)
	if err != nil || got.State != "taken" || got.SHA256 != first.SHA256 || got.Size != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	if left, err := os.ReadDir(s.k.config.Dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestAnArchiveIsLeft(t *testing.T) {
	s := depositScene(t)
	file := archive(t, packed{name: "a.xml", content: "<a/>"}, packed{name: "../b.xml", content: "<b/>"})
	d, err := s.k.Deposit(t.Context(), "drop", "w.zip", strings.NewReader(string(file)))
	if err != nil || d.State != "failed" || len(d.Documents) != 2 || d.Documents[0].State != "checked" || !strings.Contains(d.Documents[1].Reason, "leads out") {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestADepositThatCannotBeKeptIsNoneAtAll(t *testing.T) {
	s := depositScene(t)
	s.desk.fail = errAway
	if _, err := s.k.Deposit(t.Context(), "drop", "asn.xml", strings.NewReader("<a/>")); !errors.Is(err, errAway) {
		t.Fatalf("%v", err)
	}
	if got := s.state(); got.Taken+got.Waiting+got.Failed != 0 {
		t.Errorf("%+v", got)
	}
	s.desk.fail = nil
	if d, err := s.k.Deposit(t.Context(), "drop", "asn.xml", strings.NewReader("<a/>")); err != nil || d.State != "taken" {
		t.Errorf("%+v, %v", d, err)
	}
}

// endlessReader gives as much as is asked for.
type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) { return len(p), nil }

func TestADepositHasALimit(t *testing.T) {
	s := depositScene(t)
	if _, err := s.k.Deposit(t.Context(), "drop", "asn.xml", endlessReader{}); !errors.Is(err, vault.ErrTooLarge) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(s.k.config.Dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestDepositsOfOtherInletsAreNotThere(t *testing.T) {
	s := depositScene(t)
	if _, err := s.k.Deposit(t.Context(), "other", "a.xml", strings.NewReader("<a/>")); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("%v", err)
	}
	for _, id := range []string{strings.Repeat("0", 64), strings.Repeat("0", 10), "no"} {
		if _, err := s.k.Deposited(t.Context(), "drop", id); err == nil {
			t.Errorf("there is a receipt %q", id)
		}
	}
	if _, err := s.k.Run(t.Context(), "drop"); !errors.Is(err, ErrRefused) {
		t.Errorf("%v", err)
	}
	watched := newScene(t, nil)
	if _, err := watched.k.Deposit(t.Context(), "drop", "a.xml", strings.NewReader("<a/>")); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
