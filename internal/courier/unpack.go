package courier

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Entry is one document of a file: the file itself, or what is packed in it.
type Entry struct {
	Name   string // a label, see label
	Number int    // place in the archive, from 1; 0 when nothing is packed
	// Content gives ErrRefused where what it reads can't be taken.
	Content io.Reader
}

// gzipMagic begins a gzip file.
var gzipMagic = []byte{0x1f, 0x8b}

// magics begin files that hold files.
var magics = [][]byte{
	[]byte("PK\x03\x04"), []byte("PK\x05\x06"), []byte("PK\x07\x08"),
	gzipMagic,
	[]byte("7z\xbc\xaf\x27\x1c"), []byte("Rar!"),
	[]byte("\xfd7zXZ"), []byte("BZh"),
	{0x28, 0xb5, 0x2f, 0xfd},
}

// magicBytes is how much of a file says what it is.
const magicBytes = 6

// Unpack yields the documents of a file, each to be read before the next. With
// ErrRefused it yields an entry that can't be taken, or, last, the file itself; any other
// error is of the disk, and the last.
func Unpack(name string, file io.ReaderAt, size int64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		own := Entry{Name: label(name)}
		if size > FileBytesMax {
			yield(own, refuse("it has %d bytes, more than %d; ask its sender to send it in parts", size, FileBytesMax))
			return
		}
		disk := &disk{ReaderAt: file}
		head := make([]byte, magicBytes)
		n, err := disk.ReadAt(head, 0)
		if head = head[:n]; disk.failed != nil {
			yield(own, disk.failed)
			return
		}
		switch {
		case n == 0:
			yield(own, fmt.Errorf("%w: it is empty", errors.Join(ErrRefused, ignoreEOF(err))))
		case bytes.HasPrefix(head, []byte("PK")):
			unzip(own, disk, size, yield)
		case bytes.HasPrefix(head, gzipMagic):
			gunzip(own, disk, size, yield)
		default:
			own.Content = io.NewSectionReader(disk, 0, size)
			yield(own, nil)
		}
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// disk remembers an error of the file itself, which is no fault of what is in it.
type disk struct {
	io.ReaderAt
	failed error
}

// ReadAt implements io.ReaderAt.
func (d *disk) ReadAt(p []byte, at int64) (int, error) {
	n, err := d.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) {
		d.failed = fmt.Errorf("couldn't read the file: %w", err)
	}
	return n, err
}

// gunzip yields what a gzip file holds.
func gunzip(own Entry, d *disk, size int64, yield func(Entry, error) bool) {
	packed, err := gzip.NewReader(bufio.NewReader(io.NewSectionReader(d, 0, size)))
	if err != nil {
		yield(own, inflated{disk: d}.judge(err))
		return
	}
	e := Entry{Name: label(trimSuffixFold(own.Name, ".gz")), Number: 1}
	total := int64(0)
	e.Content, err = inflate(packed, d, size, &total)
	yield(e, err)
}

func trimSuffixFold(s, suffix string) string {
	if len(s) > len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}

// inflated is unpacked content within its limits.
type inflated struct {
	from  *bufio.Reader
	disk  *disk
	read  int64
	most  int64  // by its size and ratio
	total *int64 // of all entries of the archive
}

// inflate begins to read what is packed in some bytes. An archive in it is refused.
func inflate(from io.Reader, d *disk, packed int64, total *int64) (io.Reader, error) {
	in := &inflated{from: bufio.NewReader(from), disk: d, most: min(FileBytesMax, max(ratioFree, packed*RatioMax)), total: total}
	head, err := in.from.Peek(magicBytes)
	if ignoreEOF(err) != nil {
		return nil, in.judge(err)
	}
	if len(head) == 0 {
		return nil, refuse("it is empty")
	}
	for _, magic := range magics {
		if bytes.HasPrefix(head, magic) {
			return nil, refuse("it is an archive in an archive; pack the documents themselves")
		}
	}
	return in, nil
}

// Read implements io.Reader.
func (in *inflated) Read(p []byte) (int, error) {
	n, err := in.from.Read(p)
	in.read += int64(n)
	*in.total += int64(n)
	switch {
	case in.read > in.most && in.most < FileBytesMax:
		return 0, refuse("it is more than %d times as large as it is packed, which no document is", RatioMax)
	case in.read > in.most:
		return 0, refuse("it has more than %d bytes unpacked; ask its sender to send it in parts", int64(FileBytesMax))
	case *in.total > ArchiveBytesMax:
		return 0, refuse("the archive has more than %d bytes unpacked; ask its sender to send it in parts", int64(ArchiveBytesMax))
	case err == nil || err == io.EOF: //nolint:errorlint // a wrapped one is no end
		return n, err
	}
	return n, in.judge(err)
}

// judge tells whose fault an error is: the disk's, or what is in the file.
func (in inflated) judge(err error) error {
	if in.disk.failed != nil {
		return in.disk.failed
	}
	return refuse("what is packed is damaged (%w); ask its sender to send it again", err)
}
