package courier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"path"
	"sync/atomic"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// errHostKey says that a server has another key than the one that was named for it.
var errHostKey = errors.New("it has another key than pedigree.yaml names")

// remote is a connection to a partner's SFTP server.
type remote struct {
	files *sftp.Client
	conn  *metered
	end   func()
}

// metered is a connection on which a peer may send so much.
type metered struct {
	net.Conn
	left atomic.Int64
}

// Read implements io.Reader.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	if m.left.Add(int64(-n)) < 0 {
		return 0, errFlood
	}
	return n, err
}

var errFlood = errors.New("it sent more than it was asked for")

// dial connects to an SFTP server whose key is known, within a time.
func (k *Courier) dial(ctx context.Context, addr string, c Credential) (*remote, error) {
	if err := c.check(addr); err != nil {
		return nil, err
	}
	auth, err := c.auth()
	if err != nil {
		return nil, err
	}
	if k.config.Dialer == nil {
		return nil, errors.New("this program may dial nobody")
	}
	ctx, cancel := context.WithTimeout(ctx, k.handshake)
	defer cancel()
	conn, err := k.config.Dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("couldn't reach it: %w", err)
	}
	r := &remote{conn: &metered{Conn: conn}}
	r.conn.left.Store(greetingBytesMax)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends a handshake that takes too long
	defer stop()
	if err := r.greet(addr, c, auth); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't log in: %w", cause(ctx, err)), ignoreClosed(conn.Close()))
	}
	return r, nil
}

// cause is why something failed that a context ended.
func cause(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errors.New("it takes too long")
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (r *remote) greet(addr string, c Credential, auth []ssh.AuthMethod) error {
	strong := ssh.SupportedAlgorithms()
	config := &ssh.ClientConfig{
		Config: ssh.Config{KeyExchanges: strong.KeyExchanges, Ciphers: strong.Ciphers, MACs: strong.MACs}, HostKeyAlgorithms: strong.HostKeys,
		User: c.User, Auth: auth, HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			if got := ssh.FingerprintSHA256(key); got != c.HostKey {
				return fmt.Errorf("%w: %s; ask the partner over another way, and name it there if it is right", errHostKey, got)
			}
			return nil
		},
	}
	conn, channels, requests, err := ssh.NewClientConn(r.conn, addr, config)
	if err != nil {
		return err
	}
	client := ssh.NewClient(conn, channels, requests)
	if r.files, err = sftp.NewClient(client, sftp.MaxConcurrentRequestsPerFile(requestsAtOnce)); err != nil {
		return errors.Join(err, ignoreClosed(client.Close()))
	}
	r.end = func() { _, _ = r.files.Close(), client.Close() } // what was done is known by its answers
	return nil
}

// auth is how this node shows who it is.
func (c Credential) auth() ([]ssh.AuthMethod, error) {
	if c.PasswordFile != "" {
		word, err := readWord(c.PasswordFile, "password")
		return []ssh.AuthMethod{ssh.Password(word)}, err
	}
	raw, err := readSecret(c.KeyFile, "private key")
	if err != nil {
		return nil, err
	}
	key, err := ssh.ParsePrivateKey(raw)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the private key: %w; it must be in OpenSSH's form and without a passphrase", err)
	}
	return []ssh.AuthMethod{ssh.PublicKeys(key)}, nil
}

// within does something with a server that may send so many bytes and take so long,
// and ends the connection when it does more.
func (r *remote) within(ctx context.Context, bytes int64, wait time.Duration, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = r.conn.Close() })
	defer stop()
	r.conn.left.Store(bytes)
	err := do()
	if r.conn.left.Load() < 0 {
		return errFlood
	}
	return cause(ctx, err)
}

// paceOf is how long a transfer may take: a minute, and its size at the least pace.
func paceOf(size int64) time.Duration {
	return transferGrace + time.Duration(size/bytesSecondLeast)*time.Second
}

// list names what is in a folder. A listing that is too long is not read to its end.
func (r *remote) list(ctx context.Context, folder string) (list []os.FileInfo, err error) {
	err = r.within(ctx, remoteListMax, paceOf(remoteListMax), func() error {
		list, err = r.files.ReadDirContext(ctx, folder)
		return err
	})
	switch {
	case errors.Is(err, errFlood) || len(list) > listingMax:
		return nil, fmt.Errorf("couldn't list %s: it has more than %d files; ask the partner to put old ones elsewhere", label(folder), listingMax)
	case err != nil:
		return nil, fmt.Errorf("couldn't list the folder: %w", err)
	}
	return list, nil
}

// fetch reads a file from where an earlier attempt stopped, and makes sure that it is
// still what it was when it was listed.
func (r *remote) fetch(ctx context.Context, from string, was os.FileInfo, to *os.File) error {
	have, err := to.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if have > was.Size() {
		if have, err = 0, to.Truncate(0); err != nil {
			return err
		}
	}
	return r.within(ctx, was.Size()+was.Size()/4+remoteListMax, paceOf(was.Size()-have), func() error { return r.copy(from, was, to, have) })
}

func (r *remote) copy(from string, was os.FileInfo, to *os.File, have int64) error {
	f, err := r.files.Open(from)
	if err != nil {
		return fmt.Errorf("couldn't open it: %w", err)
	}
	defer f.Close()
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return err
	}
	if _, err := to.Seek(have, io.SeekStart); err != nil {
		return err
	}
	if _, err := f.WriteTo(&most{to: to, left: was.Size() - have}); err != nil {
		return err
	}
	now, err := r.files.Stat(from)
	if err != nil {
		return err
	}
	if size, err := to.Seek(0, io.SeekEnd); err != nil || size != was.Size() || now.Size() != was.Size() || !now.ModTime().Equal(was.ModTime()) {
		return errors.Join(errUnsteady, err)
	}
	return nil
}

// most writes no more than a file was said to have.
type most struct {
	to   io.Writer
	left int64
}

// Write implements io.Writer.
func (m *most) Write(p []byte) (int, error) {
	if m.left -= int64(len(p)); m.left < 0 {
		return 0, errUnsteady
	}
	return m.to.Write(p)
}

// put writes a file under a name that says it isn't complete, and then gives it its
// own. One that is there already, as large, was put before.
func (r *remote) put(ctx context.Context, to string, size int64, content io.Reader) error {
	return r.within(ctx, size/4+remoteListMax, paceOf(size), func() error {
		if now, err := r.files.Stat(to); err == nil && now.Size() == size {
			return nil
		}
		part := path.Join(path.Dir(to), "."+path.Base(to)+".part")
		f, err := r.files.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return fmt.Errorf("couldn't begin to write: %w", err)
		}
		n, err := f.ReadFrom(content)
		if err = errors.Join(err, f.Close()); err != nil || n != size {
			return errors.Join(fmt.Errorf("couldn't write: %d of %d bytes", n, size), err)
		}
		return r.rename(part, to)
	})
}

// rename moves a file over one that is there, where the server can.
func (r *remote) rename(from, to string) error {
	if _, able := r.files.HasExtension("posix-rename@openssh.com"); able {
		return r.files.PosixRename(from, to)
	}
	return r.files.Rename(from, to)
}

// unmetered lets a connection live without a limit between two things that have one.
func (r *remote) unmetered() { r.conn.left.Store(math.MaxInt64) }
