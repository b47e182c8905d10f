package snapshot

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func manifest(height int64) Manifest {
	return Manifest{Chain: "test-1", Height: height, Version: 1, Parts: proof.AppHashParts{EventCount: 3, EventRoot: proof.Hash{1}, StateRoot: proof.Hash{2}, SetRoot: proof.Hash{3}}}
}

func records() []Record {
	return []Record{
		{StateRow, []byte("a"), []byte("1")},
		{StateRow, []byte("b"), nil},
		{Event, nil, bytes.Repeat([]byte{7}, 300)},
		{SetItem, make([]byte, 9), make([]byte, 32)},
	}
}

// write puts a snapshot on a shelf, in chunks of about target bytes.
func write(t testing.TB, s *Shelf, height int64, target int) Manifest {
	t.Helper()
	w, err := s.NewWriter(manifest(height))
	must(t, err)
	w.target = target
	for _, r := range records() {
		must(t, w.Add(r))
	}
	m, err := w.Finish()
	must(t, err)
	return m
}

func TestASnapshotIsReadAsItWasWritten(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenShelf(dir)
	must(t, err)
	for i, target := range []int{1, 100, chunkBytesTarget} {
		m := write(t, s, int64(i+1), target)
		var got []Record
		for c := range m.Chunks {
			chunk, err := s.Chunk(m.Height, c)
			must(t, err)
			must(t, m.CheckChunk(c, chunk))
			must(t, Records(chunk, func(r Record) error {
				got = append(got, Record{r.Kind, bytes.Clone(r.Key), bytes.Clone(r.Value)})
				return nil
			}))
		}
		if diff := cmp.Diff(records(), got, cmp.Comparer(bytes.Equal)); diff != "" {
			t.Errorf("chunks of %d: %s", target, diff)
		}
	}
	again, err := OpenShelf(dir)
	must(t, err)
	if diff := cmp.Diff(s.List(), again.List()); diff != "" || len(again.List()) != 3 {
		t.Errorf("opened again: %s", diff)
	}
}

func TestNodesWithTheSameRecordsWriteTheSameSnapshot(t *testing.T) {
	var list []Manifest
	for range 2 {
		s, err := OpenShelf(t.TempDir())
		must(t, err)
		list = append(list, write(t, s, 5, 64))
	}
	if list[0].Hash() != list[1].Hash() {
		t.Error("two nodes name one snapshot differently")
	}
	list[1].Parts.StateRoot[0]++
	if list[0].Hash() == list[1].Hash() {
		t.Error("the name doesn't cover the state root")
	}
}

func TestAManifestIsReadStrictly(t *testing.T) {
	m := manifest(5)
	m.Chunks = []Chunk{{Bytes: 3, Hash: proof.Hash{9}}}
	good := m.Encode()
	got, err := DecodeManifest(good)
	must(t, err)
	if diff := cmp.Diff(m, got); diff != "" {
		t.Error(diff)
	}
	empty, zero := m, m
	empty.Chunks, zero.Height = nil, 0
	for name, raw := range map[string][]byte{
		"cut short":             good[:len(good)-1],
		"with a byte more":      append(bytes.Clone(good), 0),
		"without chunks":        empty.Encode(),
		"of height 0":           zero.Encode(),
		"larger than allowed":   make([]byte, ManifestBytesMax+1),
		"of nothing":            nil,
		"with too large chunks": Manifest{Chain: "a", Height: 1, Chunks: []Chunk{{Bytes: ChunkBytesMax + 1}}}.Encode(),
	} {
		if _, err := DecodeManifest(raw); !errors.Is(err, ErrDamaged) {
			t.Errorf("a manifest %s: %v", name, err)
		}
	}
	other := bytes.Clone(good)
	other[1] = Format + 1
	if _, err := DecodeManifest(other); err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("a manifest of another format: %v", err)
	}
}

func TestAChunkThatTheManifestDoesNotNameIsRefused(t *testing.T) {
	s, err := OpenShelf(t.TempDir())
	must(t, err)
	m := write(t, s, 5, 64)
	chunk, err := s.Chunk(5, 0)
	must(t, err)
	flipped := bytes.Clone(chunk)
	flipped[len(flipped)-1] ^= 1
	for name, err := range map[string]error{
		"another chunk's bytes": m.CheckChunk(1, chunk), "a flipped bit": m.CheckChunk(0, flipped), "cut short": m.CheckChunk(0, chunk[1:]),
		"past the last": m.CheckChunk(len(m.Chunks), chunk), "below the first": m.CheckChunk(-1, chunk),
	} {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecordsAtTheLimitAreTakenAndPastItRefused(t *testing.T) {
	s, err := OpenShelf(t.TempDir())
	must(t, err)
	w, err := s.NewWriter(manifest(1))
	must(t, err)
	must(t, w.Add(Record{StateRow, make([]byte, keyBytesMax), make([]byte, valueBytesMax)}))
	for _, r := range []Record{{StateRow, make([]byte, keyBytesMax+1), nil}, {StateRow, nil, make([]byte, valueBytesMax+1)}, {0, nil, nil}, {SetItem + 1, nil, nil}} {
		if err := w.Add(r); !errors.Is(err, ErrDamaged) {
			t.Errorf("kind %d with %d and %d bytes: %v", r.Kind, len(r.Key), len(r.Value), err)
		}
		if err := Records(r.append(nil), func(Record) error { return nil }); !errors.Is(err, ErrDamaged) {
			t.Errorf("read: kind %d with %d and %d bytes: %v", r.Kind, len(r.Key), len(r.Value), err)
		}
	}
	must(t, w.Add(Record{Kind: Event}))
	if err := w.Add(Record{Kind: StateRow}); err == nil {
		t.Error("kinds went back")
	}
	must(t, w.Abort())
	if err := Records(make([]byte, ChunkBytesMax+1), nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("a chunk past the limit: %v", err)
	}
}

func TestTheShelfKeepsTheNewestAndForgetsWhatWasNotFinished(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenShelf(dir)
	must(t, err)
	for h := range int64(4) {
		write(t, s, h+1, 64)
	}
	must(t, s.Keep(2))
	must(t, s.Keep(0)) // one stays always
	if l := s.List(); len(l) != 1 || l[0].Height != 4 {
		t.Fatalf("left %v", l)
	}
	w, err := s.NewWriter(manifest(9))
	must(t, err)
	must(t, w.Add(records()[0]))
	must(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600))
	s, err = OpenShelf(dir)
	must(t, err)
	if l := s.List(); len(l) != 1 {
		t.Fatalf("after an interruption there are %v", l)
	}
	if old, err := s.NewWriter(manifest(4)); err != nil {
		t.Error(err)
	} else if _, err := old.Finish(); err == nil {
		t.Error("a height was written twice")
	}
	must(t, os.WriteFile(filepath.Join(dir, "4", manifestFile), []byte("x"), 0o600))
	if _, err := OpenShelf(dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("a damaged manifest: %v", err)
	}
}

func FuzzRecords(f *testing.F) {
	var chunk []byte
	for _, r := range records() {
		chunk = r.append(chunk)
	}
	f.Add(chunk)
	f.Fuzz(func(t *testing.T, b []byte) {
		var again []byte
		if Records(b, func(r Record) error { again = r.append(again); return nil }) == nil && !bytes.Equal(b, again) {
			t.Errorf("%x was read as %x", b, again)
		}
	})
}

func FuzzManifest(f *testing.F) {
	m := manifest(5)
	m.Chunks = []Chunk{{Bytes: 3}}
	f.Add(m.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := DecodeManifest(b); err == nil && !bytes.Equal(m.Encode(), b) {
			t.Errorf("%x was read as %x", b, m.Encode())
		}
	})
}
