package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"pedigree/domain/trace/migrateview"
	"pedigree/internal/courier"
)

// Limits of what one command brings over.
const (
	archiveFilesMax = 100_000
	bundleBytesMax  = 64 << 20 // of the files that are given together; a larger one is given alone
)

// bundle is what is given to the node at once: an archive as it is, or several files.
type bundle struct {
	name  string // of the archive that the node is given
	files []string
	whole bool // the only file is an archive
}

// filesBelow lists files, and those of folders, in the order of their names.
func filesBelow(args []string) (files []string, err error) {
	for _, arg := range args {
		err := filepath.WalkDir(arg, func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				files = append(files, name)
			}
			if len(files) > archiveFilesMax {
				return failWith(exitUsage, "bring it over in parts", fmt.Errorf("there are more than %d files", archiveFilesMax))
			}
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			err = failWith(exitNotFound, "", err)
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't list the archive: %w", err)
		}
	}
	return files, nil
}

// bundles puts files together, the same ones in the same way each time. An archive is
// given by itself.
func bundles(files []string) iter.Seq2[bundle, error] {
	return func(yield func(bundle, error) bool) {
		var b bundle
		size, number := int64(0), 0
		flush := func() bool {
			full := b
			b, size = bundle{}, 0
			if len(full.files) == 0 {
				return true
			}
			number++
			full.name = fmt.Sprintf("files-%d.zip", number)
			return yield(full, nil)
		}
		for _, name := range files {
			packed, bytes, err := look(name)
			if err != nil {
				yield(b, err)
				return
			}
			if packed || len(b.files) >= courier.EntriesMax || size+bytes > bundleBytesMax {
				if !flush() {
					return
				}
			}
			if packed {
				if !yield(bundle{name: filepath.Base(name), files: []string{name}, whole: true}, nil) {
					return
				}
				continue
			}
			b.files, size = append(b.files, name), size+bytes
		}
		flush()
	}
}

// look tells whether a file is an archive, and its size.
func look(name string) (packed bool, size int64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return false, 0, failWith(exitNotFound, "", fmt.Errorf("couldn't read the archive: %w", err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, 0, fmt.Errorf("couldn't read the archive: %w", err)
	}
	head := make([]byte, courier.MagicBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, 0, fmt.Errorf("couldn't read %s: %w", name, err)
	}
	return courier.Packed(head[:n]), info.Size(), nil
}

// what names it to people.
func (b bundle) what() string {
	if len(b.files) == 1 {
		return b.files[0]
	}
	return fmt.Sprintf("the %d files from %s to %s", len(b.files), b.files[0], b.files[len(b.files)-1])
}

// nameOf is what a document of it is called: its file, and its name in that.
func (b bundle) nameOf(r migrateview.NotTaken) string {
	if b.whole {
		if r.Entry == 0 {
			return b.files[0]
		}
		return b.files[0] + ": " + r.Name
	}
	if r.Entry < 1 || r.Entry > len(b.files) {
		return r.Name
	}
	return b.files[r.Entry-1]
}

// open gives what the node is given: the archive, or the files packed in one. They are
// not compressed, so that they have the same bytes each time.
func (b bundle) open(use func(io.Reader) error) error {
	if b.whole {
		f, err := os.Open(b.files[0])
		if err != nil {
			return err
		}
		defer f.Close()
		return use(f)
	}
	out, in := io.Pipe()
	go func() { _ = in.CloseWithError(b.pack(in)) }() // a nil one is the end of the file
	err := use(out)
	_ = out.Close() // whoever packs ends with it
	return err
}

// pack packs the files. The names in the archive are numbers with the files' own behind
// them: two folders may have a file of one name.
func (b bundle) pack(to io.Writer) error {
	z := zip.NewWriter(to)
	for i, name := range b.files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%d/%s", i+1, filepath.Base(name)), Method: zip.Store})
		if err != nil {
			return err
		}
		if err := copyFile(w, name); err != nil {
			return err
		}
	}
	return z.Close()
}

func copyFile(to io.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(to, f)
	return err
}
