package pgtest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// startPatience is how long a server may take to start, also after a crash.
const startPatience = time.Minute

// Server is a PostgreSQL server of the tests.
type Server struct {
	dir string
	bin string
	log *os.File

	mu      sync.Mutex
	process *exec.Cmd
	ended   chan struct{}
}

var shared struct {
	sync.Mutex
	server *Server
	err    error
}

var names atomic.Int64

// Run runs the tests of a package and ends the server that they shared.
func Run(m *testing.M) int {
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			return max(code, 1)
		}
	}
	return code
}

// URL is where the server is that the tests of this package share.
func URL(t testing.TB) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = Launch()
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server.URL()
}

// Name is a vault's name that no other test of the package has.
func Name(testing.TB) string { return "test-" + strconv.FormatInt(names.Add(1), 10) }

// New starts a server for one test, which may end it, kill it or ruin its files.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := Launch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.Log())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Launch makes a cluster and starts it, for a caller without a test; Close ends it.
func Launch() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, log: log}
	if err := s.create(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, s.Log())
	}
	if err := s.Start(); err != nil {
		return nil, err
	}
	if err := s.command("psql", "--host", s.dir, "--username", "pedigree", "--dbname", "postgres", "--command", "CREATE EXTENSION amcheck").Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't add amcheck (run .ci/setup): %w: %s", err, s.Log()), s.Close())
	}
	return s, nil
}

// programs is the folder of the newest server's programs.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	found = slices.DeleteFunc(found, func(path string) bool { return version(path) < 15 })
	if len(found) == 0 {
		return "", fmt.Errorf("there is no PostgreSQL server 15 or later in /usr/lib/postgresql: run .ci/setup, or apt-get install --no-install-recommends postgresql")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

// Data is the folder of the server's files.
func (s *Server) Data() string { return filepath.Join(s.dir, "data") }

// Socket is the folder of the server's socket.
func (s *Server) Socket() string { return s.dir }

// URL is where the server is; its user owns everything.
func (s *Server) URL() string { return URLAt(s.dir) }

// URLAt is the URL of a server with its socket in a folder.
func URLAt(socket string) string {
	u := url.URL{Scheme: "postgres", User: url.User("pedigree"), Path: "/postgres", RawQuery: url.Values{"host": {socket}}.Encode()}
	return u.String()
}

// create makes the cluster.
func (s *Server) create() error {
	if err := give(s.dir); err != nil {
		return err
	}
	initdb := s.command("initdb", "--pgdata", s.Data(), "--auth=trust", "--username=pedigree", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("couldn't make a PostgreSQL cluster: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(s.Data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "listen_addresses = ''\nunix_socket_directories = '%s'\nfsync = on\nmax_connections = 60\nshared_buffers = 64MB\nmax_wal_size = 4GB\ncheckpoint_timeout = 1h\nautovacuum_naptime = 10min\n", s.dir)
	if err := f.Close(); err != nil {
		return err
	}
	return err
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir = s.dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	c.Stdout, c.Stderr = s.log, s.log
	c.SysProcAttr = asOwner()
	return c
}

// Start starts the server when it is down, and returns when it serves.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if s.process == nil {
			if err := s.launch(); err != nil {
				return err
			}
		}
		if s.command("pg_isready", "--quiet", "--host", s.dir).Run() == nil {
			return nil
		}
		select {
		case <-s.ended: // such as while the processes of a killed one still end
			s.process = nil
		default:
		}
		if time.Since(begun) > startPatience {
			return fmt.Errorf("the PostgreSQL server doesn't start: %s", s.Log())
		}
	}
}

// Stop ends the server as an administrator does who is in a hurry.
func (s *Server) Stop() { s.end(func(p *os.Process) error { return p.Signal(os.Interrupt) }) }

// Kill kills every process of the server at once, as a loss of power would.
func (s *Server) Kill() { s.end(killAll) }

func (s *Server) end(how func(*os.Process) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return
	}
	_ = how(s.process.Process)
	<-s.ended
	s.process = nil
}

// Close ends the server and removes its files.
func (s *Server) Close() error {
	s.end(func(p *os.Process) error { return p.Signal(syscall.SIGQUIT) }) // without writing out what is removed next
	return errors.Join(s.log.Close(), os.RemoveAll(s.dir))
}

// Log is what the server said.
func (s *Server) Log() string {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text)
}
