package care

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

// taken is a backup of a small ledger and a vault that is any file.
func taken(t *testing.T) ([]byte, Manifest) {
	t.Helper()
	dir := t.TempDir()
	db, err := kv.Open(filepath.Join(dir, "live"), kv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := store.Open(db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stage(1, ledger.Changes{Writes: []ledger.Write{{Key: []byte("key"), Value: []byte("value")}}, Events: [][]byte{[]byte("event")}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(true); err != nil {
		t.Fatal(err)
	}
	card := filepath.Join(dir, "a-card")
	if err := os.WriteFile(card, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m, err := Take(context.Background(), &out, Source{
		Of:         Manifest{ChainID: "test-1", Org: "maker", NodeID: "0123", ConsensusKey: proof.NewKey(make([]byte, 32)), Program: "test"},
		Files:      map[string]string{"card.json": card, "missing.json": filepath.Join(dir, "nothing")},
		Vault:      func(_ context.Context, path string) error { return os.WriteFile(path, []byte("the vault"), 0o600) },
		Checkpoint: db.Checkpoint,
		Scratch:    filepath.Join(dir, "scratch"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if m.Height != 1 || m.AppHash != s.Parts().Hash() {
		t.Errorf("the manifest is of height %d, hash %s", m.Height, m.AppHash)
	}
	if _, err := os.Stat(filepath.Join(dir, "scratch")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copies were left behind: %v", err)
	}
	return out.Bytes(), m
}

func TestWhatWasTakenIsUnpacked(t *testing.T) {
	raw, m := taken(t)
	dir := filepath.Join(t.TempDir(), "backup")
	got, err := Unpack(bytes.NewReader(raw), dir, nil)
	if diff := cmp.Diff(m, got); err != nil || diff != "" {
		t.Fatalf("%v, %s", err, diff)
	}
	again := filepath.Join(t.TempDir(), "again")
	if got, err = UnpackFolder(dir, again, func(name string) string { return "data/" + name }); err != nil || got.Height != 1 {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"vault.db": "the vault", "card.json": "{}"} {
		b, err := os.ReadFile(filepath.Join(again, "data", name))
		if err != nil || string(b) != want {
			t.Errorf("%s holds %q, %v", name, b, err)
		}
	}
	if _, err := os.Stat(filepath.Join(again, "data", manifestName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the manifest went into the home: %v", err)
	}
	height, hash, err := readHead(filepath.Join(again, "data", LedgerFolder))
	if err != nil || height != m.Height || hash != m.AppHash {
		t.Errorf("the unpacked ledger is of height %d, %s, %v", height, hash, err)
	}
}

// member is one file of a tar that a test writes.
type member struct {
	name, body string
	kind       byte
}

// change takes a backup apart, lets a test change its files, and puts it together.
func change(t *testing.T, raw []byte, do func([]member) []member) []byte {
	t.Helper()
	var list []member
	in := tar.NewReader(bytes.NewReader(raw))
	for {
		h, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, member{h.Name, string(b), h.Typeflag})
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range do(list) {
		h := &tar.Header{Typeflag: m.kind, Name: m.name, Size: int64(len(m.body)), Mode: 0o600}
		if m.kind != tar.TypeReg {
			h.Size, h.Linkname = 0, "/etc/passwd"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if m.kind == tar.TypeReg {
			if _, err := io.WriteString(w, m.body); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsNoWholeBackupIsRefused(t *testing.T) {
	raw, _ := taken(t)
	edit := func(old, new string) func([]member) []member {
		return func(list []member) []member {
			last := &list[len(list)-1]
			last.body = strings.Replace(last.body, old, new, 1)
			return list
		}
	}
	for _, tc := range []struct {
		name string
		do   func([]member) []member
	}{
		{"a file was changed", func(list []member) []member { list[1].body = "the v4ult"; return list }},
		{"a file was left out", func(list []member) []member { return list[1:] }},
		{"a file was added", func(list []member) []member { return append([]member{{"more.json", "{}", tar.TypeReg}}, list...) }},
		{"a file is there twice", func(list []member) []member { return append([]member{list[0]}, list...) }},
		{"the manifest is missing", func(list []member) []member { return list[:len(list)-1] }},
		{"something follows the manifest", func(list []member) []member { return append(list, member{"more.json", "{}", tar.TypeReg}) }},
		{"a file leads out of the folder", func(list []member) []member { return append([]member{{"../evil", "", tar.TypeReg}}, list...) }},
		{"a file leads out of the ledger's folder", func(list []member) []member {
			return append([]member{{"ledger/../../evil", "", tar.TypeReg}}, list...)
		}},
		{"a file has a path of its own", func(list []member) []member { return append([]member{{"/evil", "", tar.TypeReg}}, list...) }},
		{"a link stands for a file", func(list []member) []member { return append([]member{{"evil", "", tar.TypeSymlink}}, list...) }},
		{"the manifest is of another format", edit("backup 1", "backup 2")},
		{"the manifest has a key that nobody knows", edit(`"org"`, `"orgs"`)},
		{"the manifest names no node", edit(`"0123"`, `""`)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			changed := change(t, raw, tc.do)
			if _, err := Unpack(bytes.NewReader(changed), filepath.Join(dir, "in"), nil); !errors.Is(err, ErrNoBackup) {
				t.Errorf("unpacked with %v", err)
			}
			if list, err := os.ReadDir(dir); err != nil || len(list) > 1 {
				t.Errorf("the folder above holds %v, %v", list, err)
			}
		})
	}
	for _, cut := range []int{len(raw) / 2, 600, 0} {
		if _, err := Unpack(bytes.NewReader(raw[:cut]), "", nil); !errors.Is(err, ErrNoBackup) {
			t.Errorf("cut off after %d bytes: %v", cut, err)
		}
	}
}

func TestPathsHaveALongestLength(t *testing.T) {
	for _, tc := range []struct {
		path string
		ok   bool
	}{
		{strings.Repeat("a", pathBytesMax), true},
		{strings.Repeat("a", pathBytesMax+1), false},
		{"ledger/000004.log", true},
		{"ledger/a/b", false},
		{"ledger/..", false},
		{"ledger/", false},
		{"ledger", false},
		{"..", false},
		{"manifest.json", false},
		{"keys/unlock.age", true},
		{"keys/custody.seed", false},
		{"keys/.age.new", false},
		{"keys/../a.age", false},
		{"keys", false},
		{"ledger/keys/unlock.age", false},
		{"a b", false},
		{"orgs/corner/vault.db", true},
		{"orgs/corner/keys/custody.age", true},
		{"orgs/corner/keys/custody.seed", false},
		{"orgs/corner/ledger/000004.log", false},
		{"orgs/corner/manifest.json", false},
		{"orgs/corner/a/b", false},
		{"orgs/corner/..", false},
		{"orgs/../card.json", false},
		{"orgs/corner/", false},
		{"orgs/corner", false},
		{"orgs", false},
		{`a\b`, false},
		{"", false},
	} {
		if err := checkPath(tc.path); (err == nil) != tc.ok {
			t.Errorf("%q: %v", tc.path, err)
		}
	}
}

func FuzzDecodeManifest(f *testing.F) {
	f.Add([]byte(`{"format":"pedigree backup 1","chain_id":"c","org":"o","node_id":"n","taken":"2026-01-02T03:04:05Z","height":1,"files":[{"path":"vault.db","bytes":1}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := DecodeManifest(text)
		if err != nil {
			return
		}
		encoded, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeManifest(encoded)
		if diff := cmp.Diff(m, again); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
	})
}
