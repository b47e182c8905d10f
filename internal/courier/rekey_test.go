package courier

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/vault"
)

func TestFilesAreKnownUnderAnotherKey(t *testing.T) {
	s := newScene(t, nil)
	s.v = vaultUnder(t, vault.Key{77}, func() time.Time { return s.now }) // no other test's
	s.reopen(nil)
	s.put("asn.xml", "<a/>")
	s.looks()
	if _, err := s.v.Rekey(t.Context(), vault.Key{78}); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(s.folder, "done/asn.xml"), filepath.Join(s.folder, "asn.xml")); err != nil {
		t.Fatal(err)
	}
	s.reopen(nil)
	s.looks()
	if got := s.files(); len(got) != 1 || got[0].Name != "asn.xml" || len(s.desk.got) != 1 {
		t.Errorf("%+v, taken %d times", got, len(s.desk.got))
	}
}
