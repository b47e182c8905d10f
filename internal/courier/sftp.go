package courier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"
)

// What becomes of a file on a server that was taken.
const (
	AfterLeave  = "leave"
	AfterRename = "rename"
	AfterDelete = "delete"
)

// lookServer looks at a folder of an SFTP server once, and takes what has stood still
// since the last look.
func (in *inlet) lookServer(ctx context.Context, r *report) error {
	server, err := in.k.dial(ctx, in.SFTP, in.Credential)
	if err != nil {
		return fmt.Errorf("SFTP server %s: %w", in.SFTP, err)
	}
	defer server.end()
	list, err := server.list(ctx, in.Path)
	if err != nil {
		return fmt.Errorf("SFTP server %s: %w", in.SFTP, err)
	}
	before, fresh := in.still, 0
	in.still = map[string]look{}
	for _, info := range list {
		if ctx.Err() != nil || fresh == runMax {
			break
		}
		took, err := in.lookRemote(ctx, server, info, before)
		switch {
		case errors.Is(err, errUnsteady):
		case errors.Is(err, ErrRefused):
			r.pass(info.Name(), err)
		case err != nil:
			return fmt.Errorf("SFTP server %s: %w", in.SFTP, err) // the connection is no more
		}
		if took {
			fresh++
		}
	}
	r.more = fresh == runMax
	return ctx.Err()
}

// lookRemote takes one file if it stood still. It tells whether it was fetched.
func (in *inlet) lookRemote(ctx context.Context, server *remote, info fs.FileInfo, before map[string]look) (took bool, err error) {
	name := info.Name()
	if err := checkName(name); err != nil {
		return false, err
	}
	if info.IsDir() || isPartial(name) {
		return false, nil
	}
	switch {
	case !info.Mode().IsRegular():
		return false, refuse("it is no plain file")
	case info.Size() < 0 || info.Size() > FileBytesMax:
		return false, refuse("the server says that it has %d bytes; up to %d are taken", info.Size(), int64(FileBytesMax))
	}
	now := look{info.Size(), info.ModTime()}
	in.still[name] = now
	if before[name] != now {
		return false, errUnsteady
	}
	s, err := in.k.met(ctx, in.Name, name, info.Size(), info.ModTime())
	if err != nil {
		return false, err
	}
	switch {
	case s.state == seenFailed:
		return false, nil // a person knows of it
	case s.state == seenTaken:
		return false, in.putAwayRemote(ctx, server, name)
	case s.state == seenWaiting && in.k.config.Now().Before(s.next):
		return false, nil
	}
	return true, in.takeRemote(ctx, server, info, s)
}

// takeRemote fetches a file, hands it on, notes what came of it, and only then does
// something with it on the server.
func (in *inlet) takeRemote(ctx context.Context, server *remote, info fs.FileInfo, s *seen) error {
	spooled, err := in.k.spool(s.id, info.Size())
	if err == nil {
		err = server.fetch(ctx, path.Join(in.Path, info.Name()), info, spooled.File)
		if err == nil {
			server.unmetered()
			err = in.k.take(ctx, in.Inlet, s, spooled, info.Name())
		}
		err = errors.Join(err, spooled.end(err != nil && !errors.Is(err, errUnsteady)))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch {
	case errors.Is(err, errUnsteady):
		return err
	case err != nil:
		s.failed(err, in.k.config.Now())
		return errors.Join(fmt.Errorf("couldn't take a file: %w", err), in.k.note(ctx, s))
	}
	if err := in.k.note(ctx, s); err != nil {
		return err
	}
	if s.state == seenFailed {
		return nil // it stays there, so that its sender can look at it
	}
	return in.putAwayRemote(ctx, server, info.Name())
}

func (in *inlet) putAwayRemote(ctx context.Context, server *remote, name string) error {
	if in.After == AfterLeave || in.After == "" {
		return nil
	}
	delete(in.still, name)
	at := path.Join(in.Path, name)
	err := server.within(ctx, remoteListMax, transferGrace, func() error {
		if in.After == AfterDelete {
			return server.files.Remove(at)
		}
		return server.rename(at, at+takenMark)
	})
	if err != nil {
		return fmt.Errorf("couldn't %s a file that was taken: %w; ask for the right to, or say after: leave", in.After, err)
	}
	return nil
}

// spooled is a file of this node's own, of what is being fetched.
type spooled struct {
	*os.File
	root *os.Root
	name string
}

// spool opens the file for what is being fetched, where there is room for it. What an
// earlier attempt fetched is in it.
func (k *Courier) spool(id [32]byte, size int64) (*spooled, error) {
	if err := os.MkdirAll(k.config.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("couldn't make the folder for what is fetched: %w", err)
	}
	root, err := os.OpenRoot(k.config.Dir)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the folder for what is fetched: %w", err)
	}
	s := &spooled{root: root, name: fmt.Sprintf("%x.part", id[:16])}
	err = k.room(root, s.name, size)
	if err == nil {
		s.File, err = root.OpenFile(s.name, os.O_RDWR|os.O_CREATE, 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't make room for what is fetched: %w", err), root.Close())
	}
	return s, nil
}

// end closes a file, and removes it unless what it holds is of use for another attempt.
func (s *spooled) end(keep bool) error {
	err := s.Close()
	if !keep {
		err = errors.Join(err, s.root.Remove(s.name))
	}
	return errors.Join(err, s.root.Close())
}

// room refuses what would fill the folder, after it threw away what is old.
func (k *Courier) room(root *os.Root, name string, size int64) error {
	list, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	used := int64(0)
	for _, e := range list {
		info, err := e.Info()
		if err != nil || e.Name() == name {
			continue // one that ends now needs no room
		}
		if time.Since(info.ModTime()) > spoolKept {
			err = root.Remove(e.Name())
		} else {
			used += info.Size()
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if used+size > spoolBytesMax {
		return fmt.Errorf("%d bytes are being fetched already, and at most %d may be", used, int64(spoolBytesMax))
	}
	return nil
}
