package courier

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

func TestEachDocumentOfAnUploadedArchiveIsTakenOnce(t *testing.T) {
	s := depositScene(t)
	file := archive(t, packed{name: "a.xml", content: "<a/>"}, packed{name: "../b.xml", content: "<b/>"}, packed{name: "c.xml", content: "<c/>"})
	for range 2 {
		list, err := s.k.Upload(t.Context(), "upload", "maker", "w.zip", bytes.NewReader(file))
		if err != nil || len(list) != 3 || list[0].State != "checked" || !list[1].Refused || !strings.Contains(list[1].Reason, "leads out") || list[2].Name != "c.xml" {
			t.Errorf("%+v, %v", list, err)
		}
	}
	if len(s.desk.got) != 2 {
		t.Errorf("the Taker got %d different arrivals", len(s.desk.got))
	}
	if _, err := s.k.Upload(t.Context(), "upload", "wholesaler", "w.zip", bytes.NewReader(file)); err != nil || len(s.desk.got) != 4 {
		t.Errorf("of another partner: %d arrivals, %v", len(s.desk.got), err)
	}
	if left, err := os.ReadDir(s.k.config.Dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestAnUploadThatBreaksOffTakesNothing(t *testing.T) {
	s := depositScene(t)
	file := archive(t, packed{name: "a.xml", content: "<a/>"})
	if _, err := s.k.Upload(t.Context(), "upload", "", "w.zip", io.MultiReader(bytes.NewReader(file[:20]), &broken{})); !errors.Is(err, errAway) {
		t.Errorf("%v", err)
	}
	s.desk.fail = errAway
	if _, err := s.k.Upload(t.Context(), "upload", "", "w.zip", bytes.NewReader(file)); !errors.Is(err, errAway) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(s.k.config.Dir); err != nil || len(left) > 0 || len(s.desk.got) > 0 {
		t.Errorf("%v is left, %d taken, %v", left, len(s.desk.got), err)
	}
}

// broken is a connection that broke off.
type broken struct{}

func (*broken) Read([]byte) (int, error) { return 0, errAway }

// zeros is a file that never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAnUploadOverTheLimitIsRefused(t *testing.T) {
	s := depositScene(t)
	if _, err := s.k.Upload(t.Context(), "upload", "", "w.zip", io.MultiReader(strings.NewReader("PK\x03\x04"), zeros{})); !errors.Is(err, vault.ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsPackedIsKnownByItsBeginning(t *testing.T) {
	for head, want := range map[string]bool{
		"": false, "P": false, "PK": false, "PK\x03\x04..": true, "PK\x05\x06": true, "\x1f\x8b": true, "\x1f": false, "<epcis": false, "{\"a\":1": false, "7z\xbc\xaf\x27\x1c": false,
	} {
		if Packed([]byte(head)) != want {
			t.Errorf("%q: %v", head, !want)
		}
	}
}
