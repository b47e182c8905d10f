package courier

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"path"
	"slices"
	"strings"
)

// The end of an archive's directory (APPNOTE.TXT section 4.3.16).
const (
	endBytes     = 22
	endEntriesAt = 10
	endSizeAt    = 12
	endPlaceAt   = 16
	endCommentAt = 20
)

// headBytes stand ahead of each entry, at least (section 4.3.7).
const headBytes = 30

var endMark = []byte("PK\x05\x06")

// forkFolder is where a Mac puts what it alone knows of each document: an icon, a place on
// a screen. Nobody who packs a document there sees it on a Mac either.
const forkFolder = "__MACOSX/"

const encryptedFlags = 1<<0 | 1<<6 | 1<<13 // encrypted, strongly, or with a masked directory

// unzip yields the entries of a zip archive.
func unzip(own Entry, d *disk, size int64, yield func(Entry, error) bool) {
	archive, err := openZip(d, size)
	if err != nil {
		yield(own, err)
		return
	}
	total, names := int64(0), map[string]bool{}
	for i, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 || strings.HasPrefix(f.Name, forkFolder) {
			continue
		}
		e := Entry{Name: label(f.Name), Number: i + 1}
		err := checkEntry(f)
		if err == nil && names[f.Name] {
			err = refuse("another entry of the archive has the same name")
		}
		names[f.Name] = true
		if err == nil {
			err = e.open(f, d, &total)
		}
		if !yield(e, err) || d.failed != nil {
			return
		}
	}
}

func (e *Entry) open(f *zip.File, d *disk, total *int64) error {
	packed, err := f.Open()
	if err != nil {
		return inflated{disk: d}.judge(err)
	}
	e.Content, err = inflate(packed, d, int64(f.CompressedSize64), total)
	return err
}

// openZip reads an archive's directory within limits, whatever it says of itself.
func openZip(d *disk, size int64) (*zip.Reader, error) {
	if err := checkEnd(d, size); err != nil {
		return nil, err
	}
	budget := &budget{disk: d, left: directoryBytesMax + 2*tailBytes}
	archive, err := zip.NewReader(budget, size)
	switch {
	case d.failed != nil:
		return nil, d.failed
	case budget.left < 0:
		return nil, refuse("its list of entries has more than %d bytes", directoryBytesMax)
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, refuse("its list of entries can't be read (%w); ask its sender to send it again", err)
	case len(archive.File) > EntriesMax:
		return nil, refuse("it has %d entries, more than %d", len(archive.File), EntriesMax)
	case len(archive.File) == 0:
		return nil, refuse("nothing is packed in it")
	}
	budget.left = math.MaxInt64
	return archive, checkPlaces(archive)
}

// checkEnd reads how many entries an archive says it has before anything is made room
// for. What needs the long form (ZIP64) is over the limits anyway.
func checkEnd(d *disk, size int64) error {
	tail := make([]byte, min(size, tailBytes))
	if _, err := d.ReadAt(tail, size-int64(len(tail))); d.failed != nil {
		return d.failed
	} else if ignoreEOF(err) != nil {
		return err
	}
	at := bytes.LastIndex(tail[:max(0, len(tail)-endBytes+len(endMark))], endMark)
	if at < 0 {
		return refuse("the end of its list of entries isn't there: it was cut off; ask its sender to send it again")
	}
	end := tail[at:]
	entries, length, place := binary.LittleEndian.Uint16(end[endEntriesAt:]), binary.LittleEndian.Uint32(end[endSizeAt:]), binary.LittleEndian.Uint32(end[endPlaceAt:])
	switch {
	case int(binary.LittleEndian.Uint16(end[endCommentAt:])) > len(end)-endBytes:
		return refuse("its comment is cut off; ask its sender to send it again")
	case entries == math.MaxUint16 || length == math.MaxUint32 || place == math.MaxUint32:
		return refuse("it is in the form for archives over 4 GiB (ZIP64); pack fewer documents")
	case entries > EntriesMax:
		return refuse("it says that it has %d entries, more than %d", entries, EntriesMax)
	}
	return nil
}

// budget bounds what is read to find out what an archive holds.
type budget struct {
	*disk
	left int64
}

// ReadAt implements io.ReaderAt.
func (b *budget) ReadAt(p []byte, at int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return b.disk.ReadAt(p, at)
}

// checkPlaces refuses an archive whose entries share bytes, which is how a small file
// holds more than there is, or which together are too large.
func checkPlaces(archive *zip.Reader) error {
	type place struct{ from, to int64 }
	var list []place
	var total uint64
	for _, f := range archive.File {
		from, err := f.DataOffset()
		if err != nil || f.CompressedSize64 > FileBytesMax {
			return refuse("its list of entries and the entries don't agree; ask its sender to send it again")
		}
		list = append(list, place{from, from + int64(f.CompressedSize64)})
		total += min(f.UncompressedSize64, ArchiveBytesMax+1)
	}
	if total > ArchiveBytesMax {
		return refuse("it has more than %d bytes unpacked; ask its sender to send it in parts", int64(ArchiveBytesMax))
	}
	slices.SortFunc(list, func(a, b place) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(list); i++ {
		if list[i].from-headBytes < list[i-1].to {
			return refuse("two of its entries share bytes, which no program that packs documents makes")
		}
	}
	return nil
}

// checkEntry refuses an entry by what the directory says of it.
func checkEntry(f *zip.File) error {
	clean := strings.ReplaceAll(f.Name, `\`, "/")
	switch {
	case f.Name == "" || len(f.Name) > 4*NameBytesMax || strings.ContainsRune(f.Name, 0):
		return refuse("its name is empty, too long, or has a zero byte")
	case path.IsAbs(clean) || slices.Contains(strings.Split(clean, "/"), "..") || len(clean) > 1 && clean[1] == ':':
		return refuse("its name leads out of the archive")
	case f.Flags&encryptedFlags != 0:
		return refuse("it is encrypted; ask its sender for one that isn't, over a way that is")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return refuse("it is packed by method %d; use deflate", f.Method)
	case !f.Mode().IsRegular():
		return refuse("it is no plain file")
	case f.UncompressedSize64 > FileBytesMax:
		return refuse("it has %d bytes unpacked, more than %d; ask its sender to send it in parts", f.UncompressedSize64, int64(FileBytesMax))
	}
	return nil
}
