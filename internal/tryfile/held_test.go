package tryfile

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"
)

// plain is a text that is easy to recognise.
var plain = bytes.Repeat([]byte("serial number 100000000001, "), 5000)

func holding(t *testing.T, most int64) *held {
	t.Helper()
	h, err := hold(t.TempDir(), most)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func TestWhatIsHeldIsReadAgainFromAnyPlace(t *testing.T) {
	h := holding(t, int64(len(plain)))
	if _, err := io.Copy(h, iotest.OneByteReader(bytes.NewReader(plain[:100]))); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Write(plain[100:]); err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(h, plain); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{0, 1, 15, 16, 17, 4095, int64(len(plain)) - 1, int64(len(plain))} {
		if _, err := h.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(h); err != nil || !bytes.Equal(rest, plain[at:]) {
			t.Errorf("from %d: %d bytes, %v", at, len(rest), err)
		}
	}
	if _, err := h.Seek(-1, io.SeekStart); err == nil {
		t.Error("there is a place before the first")
	}
}

func TestNothingOfWhatIsHeldStandsOnTheDiskInTheClear(t *testing.T) {
	h := holding(t, int64(len(plain)))
	if _, err := h.Write(plain); err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, len(plain))
	if n, err := h.file.ReadAt(raw, 0); n != len(plain) || err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(n, err)
	}
	if bytes.Contains(raw, []byte("serial")) || bytes.Equal(raw[:28], raw[28*16:28*17]) {
		t.Error("the file can be read")
	}
	if _, err := os.Stat(h.file.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file has a name: %v", err)
	}
}

func TestNoMoreIsHeldThanMay(t *testing.T) {
	h := holding(t, 10)
	if _, err := h.Write(plain[:10]); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Write(plain[:1]); !errors.Is(err, errTooMuch) {
		t.Errorf("one more is answered with %v", err)
	}
}

func TestAFolderThatIsNotThereIsAnErrorAtOnce(t *testing.T) {
	if _, err := hold(t.TempDir()+"/none", 10); err == nil {
		t.Error("a document is held nowhere")
	}
}
