package export

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

const blockSize = 512

// header is the one form of a file's header block.
func header(name string, size int64, taken time.Time) ([]byte, error) {
	if name == "" || len(name) > nameBytesMax || size < 0 || taken.Unix() < 0 || taken.Unix() > octalSizeMax {
		return nil, fmt.Errorf("%q of %d bytes can't be in an archive", name, size)
	}
	b := make([]byte, blockSize)
	copy(b, name)
	copy(b[100:], "0000600\x000000000\x000000000\x00")
	if size <= octalSizeMax {
		copy(b[124:], fmt.Sprintf("%011o\x00", size))
	} else { // as GNU tar and the others read it
		b[124] = 0x80
		binary.BigEndian.PutUint64(b[128:], uint64(size))
	}
	copy(b[136:], fmt.Sprintf("%011o\x00", taken.Unix()))
	copy(b[148:], "        0")
	copy(b[257:], "ustar\x0000")
	copy(b[329:], "0000000\x000000000\x00")
	sum := 0
	for _, c := range b {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
	return b, nil
}

// padding is how many zero bytes follow a file's own.
func padding(size int64) int64 { return (blockSize - size%blockSize) % blockSize }

// readHeader reads a header block in its one form; an empty name is the end.
func readHeader(b []byte) (name string, size int64, taken time.Time, err error) {
	if isZero(b) {
		return "", 0, taken, nil
	}
	name, _, _ = strings.Cut(string(b[:nameBytesMax]), "\x00")
	var seconds int64
	if b[124] == 0x80 {
		size = int64(binary.BigEndian.Uint64(b[128:]))
	} else if _, err = fmt.Sscanf(string(b[124:135]), "%o", &size); err != nil {
		return "", 0, taken, errors.New("it has no size")
	}
	if _, err = fmt.Sscanf(string(b[136:147]), "%o", &seconds); err != nil {
		return "", 0, taken, errors.New("it has no time")
	}
	taken = time.Unix(seconds, 0).UTC()
	again, err := header(name, size, taken)
	if err == nil && string(again) != string(b) {
		err = errors.New("it is not written as headers of an export are")
	}
	return name, size, taken, err
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// entry is a file's place in an archive.
type entry struct {
	name     string
	size, at int64
}

// archive is a file that is read in any order.
type archive struct {
	r     io.ReaderAt
	size  int64
	taken time.Time // of every header
	next  int64     // where next reads a header
	last  string
	count int64
}

// step reads the next header; io.EOF after the end.
func (a *archive) step() (entry, error) {
	block := make([]byte, blockSize)
	if _, err := a.r.ReadAt(block, a.next); err != nil {
		return entry{}, fmt.Errorf("it ends within the header at byte %d, after %q: it was cut off", a.next, a.last)
	}
	name, size, taken, err := readHeader(block)
	switch {
	case err != nil:
		return entry{}, fmt.Errorf("the header at byte %d, after %q, is damaged: %w", a.next, a.last, err)
	case name == "":
		return entry{}, a.end()
	case a.last != "" && !taken.Equal(a.taken):
		return entry{}, fmt.Errorf("the header of %s has another time than the one before", name)
	case a.count == filesMax:
		return entry{}, fmt.Errorf("it has more than %d files", filesMax)
	}
	e := entry{name, size, a.next + blockSize}
	rest := make([]byte, padding(size))
	if size > a.size-e.at {
		return entry{}, fmt.Errorf("it ends within %s: it was cut off", name)
	}
	if _, err := a.r.ReadAt(rest, e.at+size); err != nil || !isZero(rest) {
		return entry{}, fmt.Errorf("what fills the last block of %s is damaged or cut off", name)
	}
	a.next, a.last, a.taken = e.at+size+padding(size), name, taken
	a.count++
	return e, nil
}

// end checks the two blocks of zeros with which an archive ends.
func (a *archive) end() error {
	block := make([]byte, blockSize)
	if n, err := a.r.ReadAt(block, a.next+blockSize); n != blockSize || err != nil && err != io.EOF || !isZero(block) {
		return fmt.Errorf("its end, after %q, is damaged", a.last)
	}
	if a.size != a.next+2*blockSize {
		return fmt.Errorf("%d bytes follow after its end", a.size-a.next-2*blockSize)
	}
	return io.EOF
}

// rewind begins at the first header again.
func (a *archive) rewind() { *a = archive{r: a.r, size: a.size} }

// open reads a file's bytes.
func (a *archive) open(e entry) *io.SectionReader { return io.NewSectionReader(a.r, e.at, e.size) }

// whole reads a file that must be small.
func (a *archive) whole(e entry, most int64) ([]byte, error) {
	if e.size > most {
		return nil, fmt.Errorf("it has %d bytes where at most %d are allowed", e.size, most)
	}
	return io.ReadAll(a.open(e))
}
