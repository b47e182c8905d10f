package couriertest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"pedigree/internal/courier"
)

// SFTP says what a server serves.
type SFTP struct {
	// Dir is the folder that it serves, as the user's own.
	Dir string
	// Handlers serve in Dir's place, for a server that lies.
	Handlers *sftp.Handlers
	// Wrap stands between the server and its peer, for a connection that is slow or cut.
	Wrap func(net.Conn) net.Conn
	// Raw takes a connection in place of all of it.
	Raw func(net.Conn)
}

// Server is an SFTP server that runs until its test ends.
type Server struct {
	Addr    string
	HostKey string // as SHA256:...

	config SFTP
	ssh    *ssh.ServerConfig
	keys   string
	mu     sync.Mutex
	conns  []net.Conn
}

// NewSFTP starts a server that one user can log in to, by a key.
func NewSFTP(t testing.TB, c SFTP) *Server {
	t.Helper()
	s := &Server{config: c, keys: t.TempDir()}
	own, _ := newKey(t)
	s.HostKey = ssh.FingerprintSHA256(own.PublicKey())
	user, raw := newKey(t)
	if err := os.WriteFile(filepath.Join(s.keys, "user"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s.ssh = &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(user.PublicKey().Marshal()) {
			return nil, os.ErrPermission
		}
		return &ssh.Permissions{}, nil
	}}
	s.ssh.AddHostKey(own)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = l.Addr().String()
	var done sync.WaitGroup
	done.Go(func() { s.accept(l, &done) })
	t.Cleanup(func() {
		_ = l.Close()
		s.Cut()
		done.Wait()
	})
	return s
}

// Credential logs in as the server's one user.
func (s *Server) Credential() courier.Credential {
	return courier.Credential{Name: "trial", Host: s.Addr, User: "acme", KeyFile: filepath.Join(s.keys, "user"), HostKey: s.HostKey}
}

// Cut ends all connections.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
}

func newKey(t testing.TB) (ssh.Signer, []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, pem.EncodeToMemory(block)
}

func (s *Server) accept(l net.Listener, done *sync.WaitGroup) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		if s.config.Wrap != nil {
			c = s.config.Wrap(c)
		}
		done.Go(func() {
			defer c.Close()
			if s.config.Raw != nil {
				s.config.Raw(c)
				return
			}
			s.serve(c)
		})
	}
}

// serve answers one connection: sessions with the subsystem sftp, and nothing else.
func (s *Server) serve(c net.Conn) {
	conn, channels, requests, err := ssh.NewServerConn(c, s.ssh)
	if err != nil {
		return
	}
	defer conn.Close()
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() != "session" {
			_ = offered.Reject(ssh.UnknownChannelType, "only sessions")
			continue
		}
		channel, asked, err := offered.Accept()
		if err != nil {
			return
		}
		go s.session(channel, asked)
	}
}

func (s *Server) session(channel ssh.Channel, asked <-chan *ssh.Request) {
	defer channel.Close()
	for r := range asked {
		ok := r.Type == "subsystem" && string(r.Payload[min(4, len(r.Payload)):]) == "sftp"
		_ = r.Reply(ok, nil)
		if ok {
			s.files(channel)
			return
		}
	}
}

func (s *Server) files(channel io.ReadWriteCloser) {
	if s.config.Handlers != nil {
		_ = sftp.NewRequestServer(channel, *s.config.Handlers).Serve()
		return
	}
	server, err := sftp.NewServer(channel, sftp.WithServerWorkingDirectory(s.config.Dir))
	if err == nil {
		_ = server.Serve()
	}
}
