package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Spool is a list on the disk that is not in the archive yet: a header says the size
// before the bytes, and what is read as of one moment is written one after another.
type Spool struct {
	name, path string
	lines      int
}

// AddLines writes a list: each calls line once for each object.
func (w *Writer) AddLines(name string, each func(line func(v any) error) error) error {
	s, err := w.Spool(name, each)
	if err == nil {
		err = w.AddSpool(s)
	}
	return err
}

// Spool writes a list to the disk.
func (w *Writer) Spool(name string, each func(line func(v any) error) error) (*Spool, error) {
	s := &Spool{name: name, path: filepath.Join(w.dir, strings.ReplaceAll(name, "/", "-")+".lines")}
	f, err := os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("couldn't write %s of the export: %w", name, err)
	}
	out, targets := bufio.NewWriterSize(f, 64<<10), w.refer.targets(name)
	err = each(func(v any) error {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		line, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if len(line) >= lineBytesMax {
			return fmt.Errorf("line %d has %d bytes where at most %d are allowed", s.lines+1, len(line), lineBytesMax)
		}
		if err := w.refer.learn(targets, line); err != nil {
			return err
		}
		s.lines++
		_, err = out.Write(append(line, '\n'))
		return err
	})
	if err = errors.Join(err, out.Flush(), f.Close()); err != nil {
		return nil, fmt.Errorf("couldn't write %s of the export: %w", name, err)
	}
	return s, nil
}

// Each reads the lines of a list on the disk again.
func (s *Spool) Each(fn func(line []byte) error) error {
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := readLines(f)
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = fn(line)
		}
		if err != nil {
			return err
		}
	}
}

// Drop lets go of a list that is not needed any more.
func (s *Spool) Drop() error { return os.Remove(s.path) }

// AddSpool writes a list from the disk into the archive, and lets go of it.
func (w *Writer) AddSpool(s *Spool) error {
	f, err := os.Open(s.path)
	if err != nil {
		return fmt.Errorf("couldn't write %s of the export: %w", s.name, err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = w.Add(s.name, size, f)
	}
	w.m.Lines[s.name] = s.lines
	return errors.Join(err, f.Close(), s.Drop())
}

// AddStock writes what is in stock, and counts what of it is held and proved.
func (w *Writer) AddStock(each func(line func(StockLine) error) error) error {
	return w.AddLines(StockFile, func(line func(any) error) error {
		var proved []bool // the last line of each level
		return each(func(s StockLine) error {
			if s.Level > len(proved) {
				return fmt.Errorf("%s is at level %d, after level %d", s.Item, s.Level, len(proved)-1)
			}
			proved = append(proved[:s.Level], s.Unproved == "" && (s.Proof != nil || s.Level > 0 && proved[s.Level-1]))
			if proved[s.Level] && held(s.Status) {
				w.m.Proved++
			}
			return line(s)
		})
	})
}
