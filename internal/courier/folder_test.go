package courier

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAFileIsTakenWhenItStandsStill(t *testing.T) {
	s := newScene(t, nil)
	s.put("asn.xml", "half")
	if err := s.look(); err != nil {
		t.Fatal(err)
	}
	s.put("asn.xml", "half and half")
	if err := s.look(); err != nil {
		t.Fatal(err)
	}
	if len(s.desk.names) > 0 {
		t.Fatalf("taken while it grew: %v", s.desk.names)
	}
	if err := s.look(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"asn.xml"}, s.desk.names); diff != "" || s.has("asn.xml") || !s.has("done/asn.xml") {
		t.Errorf("names %s, still there %v, done %v", diff, s.has("asn.xml"), s.has("done/asn.xml"))
	}
	if got := s.state(); got.Taken != 1 || got.Failed != 0 || got.Looked.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestAMarkBesideAFileSaysThatItIsComplete(t *testing.T) {
	s := newScene(t, nil)
	s.put("asn.xml", "<a/>")
	s.put("asn.xml.done", "")
	if err := s.look(); err != nil {
		t.Fatal(err)
	}
	if len(s.desk.names) != 1 || s.has("asn.xml.done") || s.has("done/asn.xml.done") {
		t.Errorf("taken %v, the mark is there: %v", s.desk.names, s.has("asn.xml.done"))
	}
}

func TestWhatIsPassedOver(t *testing.T) {
	s := newScene(t, nil)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".hidden", "a.part", "a.TMP", "a.filepart", "a~"} {
		s.put(name, "<a/>")
	}
	s.put("own.xml", "<own/>")
	makeIn := func(name string, do func(path string) error) {
		t.Helper()
		if err := do(filepath.Join(s.folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	makeIn("link.xml", func(p string) error { return os.Symlink(secret, p) })
	makeIn("inner.xml", func(p string) error { return os.Symlink("own.xml", p) })
	makeIn("folder.xml", func(p string) error { return os.Mkdir(p, 0o700) })
	passed := 2
	if runtime.GOOS != "windows" {
		makeIn("hard.xml", func(p string) error { return os.Link(secret, p) })
		makeIn("pipe.xml", func(p string) error { return syscall.Mkfifo(p, 0o600) })
		passed = 4
	}
	s.looks()
	if diff := cmp.Diff([]string{"own.xml"}, s.desk.names); diff != "" {
		t.Error(diff)
	}
	if got := s.state().Passed; len(got) != passed {
		t.Errorf("passed over: %q", got)
	}
}

func TestAFileThatCannotBeTakenIsPutAside(t *testing.T) {
	s := newScene(t, nil)
	s.put("empty.xml", "")
	s.desk.judge = func(text string) Taken {
		return Taken{Document: 9, State: "refused", Refused: strings.Contains(text, "no"), Reason: "it can't be\nread"}
	}
	s.put("no.xml", "no")
	s.put("yes.xml", "yes")
	s.looks()
	if !s.has("failed/empty.xml") || !s.has("failed/no.xml") || !s.has("done/yes.xml") {
		t.Error("they are not where they belong")
	}
	failed, err := s.k.Arrivals(t.Context(), "drop", "failed", 0, 10)
	if err != nil || len(failed) != 2 {
		t.Fatalf("%+v, %v", failed, err)
	}
	for _, a := range failed {
		if a.Reason == "" || strings.Contains(a.Reason, "\n") || len(a.Entries) != 1 {
			t.Errorf("%+v", a)
		}
	}
}

func TestAnInterruptionTakesNothingTwice(t *testing.T) {
	s := newScene(t, nil)
	s.put("asn.xml", "<a/>")
	s.desk.fail = errAway
	if err := s.look(); err != nil {
		t.Fatal(err)
	}
	if err := s.look(); err == nil || !strings.Contains(err.Error(), "the store is away") {
		t.Fatalf("%v", err)
	}
	if got := s.state(); got.Waiting != 1 || got.Failing == "" || !s.has("asn.xml") {
		t.Fatalf("%+v", got)
	}
	s.desk.fail = nil
	s.looks()
	if len(s.desk.names) > 0 {
		t.Error("it was tried again without a pause")
	}
	s.now = s.now.Add(time.Minute)
	s.looks()
	if len(s.desk.got) != 1 || !s.has("done/asn.xml") {
		t.Fatalf("taken %v", s.desk.names)
	}
	// As if the process had ended after the Taker answered, and after the note.
	for _, forget := range []bool{true, false} {
		if err := os.Rename(filepath.Join(s.folder, "done/asn.xml"), filepath.Join(s.folder, "asn.xml")); err != nil {
			t.Fatal(err)
		}
		if forget {
			s.now = s.now.Add(2 * seenKept)
			if err := s.k.forget(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s.reopen(nil)
		s.looks()
		if len(s.desk.got) != 1 || !s.has("done/asn.xml") {
			t.Errorf("forgotten %v: the Taker got %d arrivals", forget, len(s.desk.got))
		}
	}
}

func TestOneFileThatFailsHoldsUpNoOther(t *testing.T) {
	s := newScene(t, nil)
	fail := true
	s.desk.judge = func(string) Taken { return Taken{State: "checked"} }
	take := s.k.config.Take
	s.k.config.Take = func(ctx context.Context, a Arrived) (Taken, error) {
		if a.Name == "b.xml" && fail {
			return Taken{}, errAway
		}
		return take(ctx, a)
	}
	for _, n := range []string{"a.xml", "b.xml", "c.xml"} {
		s.put(n, n)
	}
	_ = s.look()
	if err := s.look(); err == nil {
		t.Error("no look failed")
	}
	if !s.has("done/a.xml") || s.has("done/b.xml") || !s.has("done/c.xml") {
		t.Error("not the right ones were taken")
	}
}

func TestAFolderThatIsGoneFailsAndComesBack(t *testing.T) {
	s := newScene(t, nil)
	away := s.folder + ".away"
	if err := os.Rename(s.folder, away); err != nil {
		t.Fatal(err)
	}
	if err := s.look(); err == nil || s.state().Failing == "" {
		t.Fatalf("%v, %+v", err, s.state())
	}
	if err := os.Rename(away, s.folder); err != nil {
		t.Fatal(err)
	}
	s.put("asn.xml", "<a/>")
	s.looks()
	if got := s.state(); got.Failing != "" || got.Taken != 1 {
		t.Errorf("%+v", got)
	}
}

func TestTheSameNameAgainIsKeptBesideTheFirst(t *testing.T) {
	s := newScene(t, nil)
	for i := range 3 {
		s.put("asn.xml", fmt.Sprintf("<a n='%d'/>", i))
		at := s.now.Add(time.Duration(i) * time.Hour)
		if err := os.Chtimes(filepath.Join(s.folder, "asn.xml"), at, at); err != nil {
			t.Fatal(err)
		}
		s.looks()
	}
	list, err := os.ReadDir(filepath.Join(s.folder, "done"))
	if err != nil || len(list) != 3 || len(s.desk.got) != 3 {
		t.Errorf("%v, %v, %d taken", list, err, len(s.desk.got))
	}
}

func TestAFileIsDeletedWhereTheInletSaysSo(t *testing.T) {
	s := newScene(t, func(in *Inlet) { in.After = AfterDelete })
	s.put("asn.xml", "<a/>")
	s.put("empty.xml", "")
	s.looks()
	if s.has("asn.xml") || s.has("done") || !s.has("failed/empty.xml") {
		t.Error("what was taken is to be deleted, what failed is not")
	}
}

func TestAClockADayAheadHoldsNothingUp(t *testing.T) {
	s := newScene(t, nil)
	s.put("asn.xml", "<a/>")
	ahead := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(filepath.Join(s.folder, "asn.xml"), ahead, ahead); err != nil {
		t.Fatal(err)
	}
	s.looks()
	if len(s.desk.names) != 1 {
		t.Errorf("taken %v", s.desk.names)
	}
}

func TestOneLookTakesSoManyFiles(t *testing.T) {
	s := newScene(t, nil)
	for i := range runMax + 1 {
		s.put(fmt.Sprintf("%04d.xml", i), "<a/>")
	}
	s.looks()
	if len(s.desk.names) != runMax || s.k.inlets[0].pause() != 0 {
		t.Fatalf("%d files of one look, then a pause of %v", len(s.desk.names), s.k.inlets[0].pause())
	}
	s.looks()
	if got := s.state(); got.Taken != runMax+1 || s.k.inlets[0].pause() != time.Hour {
		t.Errorf("%d files in all, then a pause of %v", got.Taken, s.k.inlets[0].pause())
	}
}

func TestAPersonNeedNotWaitForTheNextLook(t *testing.T) {
	s := newScene(t, nil)
	s.put("asn.xml", "<a/>")
	state, err := s.k.Run(t.Context(), "drop")
	if err != nil || state.Taken != 1 {
		t.Errorf("%+v, %v", state, err)
	}
	if _, err := s.k.Run(t.Context(), "other"); err == nil {
		t.Error("there is no such inlet")
	}
}

func TestTheInletsLookByThemselves(t *testing.T) {
	s := newScene(t, func(in *Inlet) { in.Every = 5 * time.Millisecond })
	s.put("asn.xml", "<a/>")
	s.k.Start()
	for end := time.Now().Add(time.Minute); !s.has("done/asn.xml") && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	s.k.Stop()
	if !s.has("done/asn.xml") {
		t.Error("it was not taken")
	}
}

func TestTheLogNamesNoFile(t *testing.T) {
	s := newScene(t, func(in *Inlet) { in.Every = time.Millisecond })
	s.put("patient-smith.xml", "<a/>")
	s.desk.fail = errAway
	s.k.Start()
	for end := time.Now().Add(time.Minute); !strings.Contains(s.log.String(), "an inlet fails") && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	s.k.Stop()
	if text := s.log.String(); strings.Contains(text, "smith") || strings.Contains(text, s.folder) || !strings.Contains(text, "an inlet fails") {
		t.Errorf("log: %s", text)
	}
}

func TestNamesAreNowhereInClear(t *testing.T) {
	s := newScene(t, nil)
	s.put("patient-smith.xml", "<a/>")
	s.looks()
	if got := s.files(); len(got) != 1 || got[0].Name != "patient-smith.xml" || got[0].Digest == "" {
		t.Fatalf("%+v", got)
	}
	var sealed []byte
	err := s.v.View(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT sealed FROM courier_seen`).Scan(&sealed)
	})
	if err != nil || strings.Contains(string(sealed), "smith") {
		t.Errorf("%v: %q", err, sealed)
	}
}

func TestAnInletIsCheckedBeforeItWorks(t *testing.T) {
	v := newVault(t, nil)
	good := Inlet{Name: "a", Folder: t.TempDir(), Every: time.Second}
	for _, c := range []struct {
		name   string
		inlets []Inlet
		ok     bool
	}{
		{"none", nil, true},
		{"one", []Inlet{good}, true},
		{"two of a name", []Inlet{good, good}, false},
		{"no name", []Inlet{{Folder: good.Folder, Every: 1}}, false},
		{"a folder that isn't whole", []Inlet{{Name: "a", Folder: "in", Every: 1}}, false},
		{"never looked at", []Inlet{{Name: "a", Folder: good.Folder}}, false},
		{"as many as there may be", many(InletsMax), true},
		{"one more", many(InletsMax + 1), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := New(Config{Vault: v, Inlets: c.inlets}); (err == nil) != c.ok {
				t.Errorf("%v", err)
			}
		})
	}
}

func many(n int) []Inlet {
	var list []Inlet
	for i := range n {
		list = append(list, Inlet{Name: fmt.Sprint("in-", i), Folder: "/in", Every: time.Second})
	}
	return list
}
