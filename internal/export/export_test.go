package export

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
	"time"

	"pedigree/proof"
)

var taken = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func TestAHeaderIsReadByOthersAndHasOneForm(t *testing.T) {
	for _, size := range []int64{0, 1, 512, octalSizeMax, octalSizeMax + 1} {
		b, err := header("documents/000000000001/a.xml", size, taken)
		if err != nil {
			t.Fatal(err)
		}
		h, err := tar.NewReader(bytes.NewReader(b)).Next()
		if err != nil || h.Name != "documents/000000000001/a.xml" || h.Size != size || !h.ModTime.Equal(taken) || h.Mode != 0o600 || h.Typeflag != tar.TypeReg {
			t.Errorf("the standard library reads %+v, %v", h, err)
		}
		name, got, at, err := readHeader(b)
		if err != nil || name != h.Name || got != size || !at.Equal(taken) {
			t.Errorf("read again it is %s of %d bytes at %s, %v", name, got, at, err)
		}
		for i := range b {
			b[i] ^= 1
			if name, got, at, err := readHeader(b); err == nil && name == h.Name && got == size && at.Equal(taken) {
				t.Errorf("byte %d of the header of %d bytes can be changed", i, size)
			}
			b[i] ^= 1
		}
	}
}

func TestNamesHaveALongestLength(t *testing.T) {
	if _, err := header(strings.Repeat("a", nameBytesMax), 0, taken); err != nil {
		t.Error(err)
	}
	if _, err := header(strings.Repeat("a", nameBytesMax+1), 0, taken); err == nil {
		t.Error("a longer name was taken")
	}
	long := DocumentName(1, strings.Repeat("a", titleBytesMax+1)+".xml")
	if len(long) > nameBytesMax || !strings.HasSuffix(long, ".xml") {
		t.Errorf("a long name became %s", long)
	}
}

func TestADocumentsNameLeadsNowhere(t *testing.T) {
	for title, want := range map[string]string{
		"a.xml": "a.xml", "../../etc/passwd": "passwd", `C:\autoexec.bat`: "autoexec.bat", "..": "document", "": "document", ".ssh": "ssh",
		"Rechnung Nr. 5 (ü).pdf": "Rechnung_Nr._5____.pdf", "a\x00b\n": "a_b_", "/": "document",
	} {
		if got := DocumentName(7, title); got != "documents/000000000007/"+want {
			t.Errorf("%q became %s", title, got)
		}
	}
}

func TestLinesHaveALongestLength(t *testing.T) {
	for n, ok := range map[int]bool{lineBytesMax: true, lineBytesMax + 1: false} {
		in := readLines(strings.NewReader(strings.Repeat("a", n-1) + "\n"))
		if _, err := in.next(); (err == nil) != ok {
			t.Errorf("a line of %d bytes: %v", n, err)
		}
	}
	in := readLines(strings.NewReader("a\nb"))
	if _, err := in.next(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.next(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a line without its end: %v", err)
	}
}

// writing is a writer to memory.
func writing(t *testing.T, ctx context.Context) (*Writer, *bytes.Buffer, string) {
	t.Helper()
	var out bytes.Buffer
	dir := filepath.Join(t.TempDir(), "export.partial")
	w, err := NewWriter(ctx, &out, dir, taken)
	if err != nil {
		t.Fatal(err)
	}
	return w, &out, dir
}

func TestAWriterRefusesWhatACheckWould(t *testing.T) {
	w, _, dir := writing(t, context.Background())
	if err := w.AddBytes("b", nil); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"a name that doesn't ascend":      w.AddBytes("a", nil),
		"the same name again":             w.AddBytes("b", nil),
		"more bytes than were said":       w.Add("c", 1, strings.NewReader("xx")),
		"fewer bytes than were said":      w.Add("d", 3, strings.NewReader("xx")),
		"a list that can't be read":       w.AddLines("e", func(func(any) error) error { return io.ErrUnexpectedEOF }),
		"an end without all of the lists": first2(w.Finish(Manifest{}, nil, proof.Key{})),
	} {
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the lists on the disk were left: %v", err)
	}
}

func first2(_ Manifest, err error) error { return err }

func TestAWriterStopsWhenItIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w, _, _ := writing(t, ctx)
	defer w.Close()
	err := w.AddLines("a.ndjson", func(line func(any) error) error {
		for {
			cancel()
			if err := line(struct{}{}); err != nil {
				return err
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestWhatIsNoExportIsNamedAsSuch(t *testing.T) {
	for name, text := range map[string]string{"nothing": "", "a text": strings.Repeat("hello ", 300), "zeros": strings.Repeat("\x00", 1024)} {
		r, err := Check(context.Background(), strings.NewReader(text), int64(len(text)), CheckConfig{})
		if err != nil || r.OK() {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
}

func FuzzCheckTakesAnyFile(f *testing.F) {
	h, err := header("manifest.json", 2, taken)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(h, "{}"...))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		config := CheckConfig{
			Trust: func([]byte) (proof.Trust, proof.Hash, error) { return proof.Trust{}, proof.Hash{}, nil },
			Anchor: func(string) ([]byte, func([]byte) (string, error)) {
				return nil, func([]byte) (string, error) { return "", nil }
			},
		}
		if r, err := Check(context.Background(), bytes.NewReader(raw), int64(len(raw)), config); err == nil && r.OK() {
			t.Errorf("%q is taken for an export", raw)
		}
		if m, err := decodeManifest(raw); err == nil && m.Format != Format {
			t.Errorf("%q is taken for a manifest", raw)
		}
		_, _ = decodeSignature(raw)
	})
}
