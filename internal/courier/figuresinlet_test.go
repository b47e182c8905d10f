package courier

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFiguresOfInlets(t *testing.T) {
	s := newScene(t, nil)
	s.now = s.now.Add(90 * time.Minute) // of a look each hour
	f, err := s.k.Figures(t.Context())
	if err != nil || f.Inlets != 1 || f.Late != 30*time.Minute || f.Failing != 0 {
		t.Fatalf("before the first look: %+v, %v", f, err)
	}
	for name, content := range map[string]string{"a.xml": "<a/>", "empty.xml": ""} {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.k.Run(t.Context(), "drop"); err != nil {
		t.Fatal(err)
	}
	f, err = s.k.Figures(t.Context())
	if diff := cmp.Diff(map[string]int{"waiting": 0, "taken": 1, "failed": 1}, f.Files); err != nil || diff != "" || f.Late != 0 {
		t.Errorf("%+v, %v %s", f, err, diff)
	}
	if err := os.Rename(s.folder, s.folder+"-away"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.k.Run(t.Context(), "drop"); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(2 * time.Hour)
	if f, err = s.k.Figures(t.Context()); err != nil || f.Failing != 1 || f.Late != time.Hour {
		t.Errorf("of a folder that is gone: %+v, %v", f, err)
	}
}
