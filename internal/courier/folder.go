package courier

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// The folders beside the files of a watched one.
const (
	doneFolder   = "done"
	failedFolder = "failed"
)

// errUnsteady says that a file is still being written.
var errUnsteady = errors.New("it is still being written")

// lookFolder looks at a folder once and takes what has stood still since the last look.
func (in *inlet) lookFolder(ctx context.Context, r *report) error {
	root, err := os.OpenRoot(in.Folder)
	if err != nil {
		return fmt.Errorf("couldn't open the folder: %w; make it, and let the node's user read and write in it", err)
	}
	defer root.Close()
	names, err := listFolder(root)
	if err != nil {
		return err
	}
	before, fresh, failures := in.still, 0, 0
	in.still = map[string]look{}
	var failed error
	for _, name := range names {
		if ctx.Err() != nil || failures == failuresMax {
			break
		}
		took, err := in.lookAt(ctx, root, name, before, fresh < runMax)
		switch {
		case errors.Is(err, errUnsteady):
		case errors.Is(err, ErrRefused):
			r.pass(name, err)
		case err != nil:
			failures++
			failed = cmp.Or(failed, err)
		}
		if took {
			fresh++
		}
	}
	r.more = fresh >= runMax
	return errors.Join(failed, ctx.Err())
}

// listFolder names the files that may be there to be taken, of the first ones that the
// folder has.
func listFolder(root *os.Root) ([]string, error) {
	d, err := root.Open(".")
	if err != nil {
		return nil, fmt.Errorf("couldn't open the folder: %w", err)
	}
	defer d.Close()
	list, err := d.ReadDir(listingMax)
	if ignoreEOF(err) != nil {
		return nil, fmt.Errorf("couldn't list the folder: %w", err)
	}
	var names []string
	for _, e := range list {
		if !e.IsDir() && !isPartial(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// lookAt takes one file if it stood still. It tells whether the Taker was asked.
func (in *inlet) lookAt(ctx context.Context, root *os.Root, name string, before map[string]look, mayTake bool) (took bool, err error) {
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // somebody took it away
	}
	if err != nil {
		return false, fmt.Errorf("couldn't look at a file: %w", err)
	}
	if err := checkPlain(info); err != nil {
		return false, err
	}
	now := look{info.Size(), info.ModTime()}
	in.still[name] = now
	if _, err := root.Lstat(name + doneMark); err != nil && before[name] != now {
		return false, errUnsteady
	}
	if !mayTake {
		return false, nil
	}
	s, err := in.k.met(ctx, in.Name, name, info.Size(), info.ModTime())
	if err != nil {
		return false, err
	}
	if s.state == seenTaken { // it couldn't be moved
		return false, in.settle(root, name, s)
	}
	if s.state == seenWaiting && in.k.config.Now().Before(s.next) {
		return false, nil
	}
	if err := in.takeFile(ctx, root, name, info, s); err != nil {
		return true, err
	}
	return true, nil
}

// takeFile hands a file on, notes what came of it, and only then moves it away.
func (in *inlet) takeFile(ctx context.Context, root *os.Root, name string, info fs.FileInfo, s *seen) error {
	err := in.read(ctx, root, name, info, s)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch {
	case errors.Is(err, errUnsteady):
		return err
	case errors.Is(err, errChanged):
		return errUnsteady
	case err != nil:
		s.failed(err, in.k.config.Now())
		return errors.Join(fmt.Errorf("couldn't take a file: %w", err), in.k.note(ctx, s))
	}
	if err := in.k.note(ctx, s); err != nil {
		return err
	}
	return in.settle(root, name, s)
}

func (in *inlet) read(ctx context.Context, root *os.Root, name string, info fs.FileInfo, s *seen) error {
	f, err := root.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return errUnsteady
	}
	if err != nil {
		return err
	}
	defer f.Close()
	open, err := f.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(info, open) {
		return errUnsteady // another one took its name
	}
	return in.k.take(ctx, in.Inlet, s, steady{f, open}, name)
}

// steady is a file that says so when it was changed while it was read.
type steady struct {
	*os.File
	was fs.FileInfo
}

// ReadAt implements io.ReaderAt.
func (s steady) ReadAt(p []byte, at int64) (int, error) {
	n, err := s.File.ReadAt(p, at)
	if err == nil || errors.Is(err, io.EOF) {
		now, failed := s.Stat()
		if failed != nil {
			return 0, failed
		}
		if now.Size() != s.was.Size() || !now.ModTime().Equal(s.was.ModTime()) {
			return 0, errChanged
		}
	}
	return n, err
}

// settle puts a file where what came of it says.
func (in *inlet) settle(root *os.Root, name string, s *seen) error {
	delete(in.still, name)
	into := doneFolder
	if s.state == seenFailed {
		into = failedFolder
	}
	err := in.putAway(root, name, into, s)
	if err == nil {
		err = root.Remove(name + doneMark)
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("couldn't move a file that was taken out of the way: %w; let the node's user write in the folder", err)
}

func (in *inlet) putAway(root *os.Root, name, into string, s *seen) error {
	if in.After == AfterDelete && into == doneFolder {
		return root.Remove(name)
	}
	if err := root.Mkdir(into, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if info, err := root.Lstat(into); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is no folder", into)
	}
	to, err := freeName(root, into, name, s)
	if err != nil {
		return err
	}
	return root.Rename(name, to)
}

// freeName is a name in a folder that no file has.
func freeName(root *os.Root, into, name string, s *seen) (string, error) {
	stem, ext := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	to := path.Join(into, name)
	for i := range namesTried {
		if _, err := root.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return to, nil
		} else if err != nil {
			return "", err
		}
		to = path.Join(into, fmt.Sprintf("%s-%s-%d%s", stem, hex.EncodeToString(s.id[:4]), i+1, ext))
	}
	return "", fmt.Errorf("%s has %d files of this name; take some away", into, namesTried)
}
