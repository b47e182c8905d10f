package courier_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pkg/sftp"

	"pedigree/internal/courier"
	"pedigree/internal/courier/couriertest"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// taker keeps what arrives.
type taker struct {
	mu   sync.Mutex
	got  map[[32]byte]string
	text map[string]string // by name
	hash bool              // content is counted, not kept
}

func (k *taker) take(_ context.Context, a courier.Arrived) (courier.Taken, error) {
	var out bytes.Buffer
	var to io.Writer = &out
	if k.hash {
		to = io.Discard
	}
	n, err := io.Copy(to, a.Content)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		return courier.Taken{}, err
	}
	if k.got == nil {
		k.got, k.text = map[[32]byte]string{}, map[string]string{}
	}
	k.got[a.Key] = a.Name
	if k.text[a.Name] = out.String(); k.hash {
		k.text[a.Name] = fmt.Sprint(n)
	}
	return courier.Taken{State: "checked"}, nil
}

type inlets struct {
	*courier.Courier
	taker *taker
	dir   string
}

func open(t testing.TB, reach exchange.Reach, list ...courier.Inlet) *inlets {
	t.Helper()
	v, err := vault.Open(t.Context(), pgtest.In(t, vault.Config{Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{7}, Schemas: []vault.Schema{courier.Schema}}))
	if err != nil {
		t.Fatal(err)
	}
	in := &inlets{taker: &taker{}, dir: filepath.Join(t.TempDir(), "ways")}
	if in.Courier, err = courier.New(courier.Config{Vault: v, Org: "pharmacy", Dir: in.dir, Inlets: list, Take: in.taker.take, Dialer: reach.Dialer()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Stop()
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return in
}

var loopback = exchange.Reach{Loopback: true}

func inletAt(s *couriertest.Server, path string) courier.Inlet {
	return courier.Inlet{Name: "w", Partner: "wholesaler", SFTP: s.Addr, Path: path, Credential: s.Credential(), Every: time.Hour}
}

func (in *inlets) run(t testing.TB) courier.InletState {
	t.Helper()
	s, err := in.Run(t.Context(), "w")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func exists(path ...string) bool {
	_, err := os.Stat(filepath.Join(path...))
	return err == nil
}

func TestFilesOfAServerAreTakenOnce(t *testing.T) {
	for _, after := range []string{courier.AfterLeave, courier.AfterRename, courier.AfterDelete} {
		t.Run(after, func(t *testing.T) {
			dir := t.TempDir()
			s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: dir})
			write(t, dir, "asn.xml", "<a/>")
			write(t, dir, "half.xml.part", "<a")
			write(t, dir, "empty.xml", "")
			if err := os.Mkdir(filepath.Join(dir, "folder.xml"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link.xml")); err != nil {
				t.Fatal(err)
			}
			at := inletAt(s, dir)
			at.After = after
			in := open(t, loopback, at)
			for range 2 {
				got := in.run(t)
				if got.Failing != "" || got.Taken != 1 || got.Failed != 1 || len(got.Passed) != 1 {
					t.Fatalf("%+v", got)
				}
			}
			if len(in.taker.got) != 1 || in.taker.text["asn.xml"] != "<a/>" {
				t.Errorf("%v", in.taker.text)
			}
			there := map[string][2]bool{courier.AfterLeave: {true, false}, courier.AfterRename: {false, true}, courier.AfterDelete: {false, false}}[after]
			if exists(dir, "asn.xml") != there[0] || exists(dir, "asn.xml.taken") != there[1] || !exists(dir, "empty.xml") {
				t.Errorf("asn.xml is there: %v, asn.xml.taken: %v, empty.xml: %v", exists(dir, "asn.xml"), exists(dir, "asn.xml.taken"), exists(dir, "empty.xml"))
			}
			if left, err := os.ReadDir(in.dir); err != nil || len(left) > 0 {
				t.Errorf("%v is left, %v", left, err)
			}
		})
	}
}

// cutting is a connection that ends after so many bytes.
type cutting struct {
	net.Conn
	left *atomic.Int64
}

func (c cutting) Write(p []byte) (int, error) {
	if c.left.Add(int64(-len(p))) < 0 {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return c.Conn.Write(p)
}

func TestAFetchGoesOnWhereItWasCut(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	content := strings.Repeat("0123456789abcdef", 1<<16) // 1 MiB
	write(t, dir, "large.xml", content)
	var left, sent atomic.Int64
	left.Store(1 << 40)
	s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: dir, Wrap: func(c net.Conn) net.Conn {
		return counting{cutting{c, &left}, &sent}
	}})
	v, err := vault.Open(t.Context(), pgtest.In(t, vault.Config{Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{7}, Schemas: []vault.Schema{courier.Schema}}))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	k := &taker{}
	in, err := courier.New(courier.Config{
		Vault: v, Dir: t.TempDir(), Inlets: []courier.Inlet{inletAt(s, dir)}, Take: k.take, Dialer: loopback.Dialer(), Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; len(k.got) == 0; i++ {
		if i == 20 {
			t.Fatal("it never came")
		}
		left.Store(400 << 10)
		if _, err := in.Run(t.Context(), "w"); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
	}
	if k.text["large.xml"] != content {
		t.Error("it isn't what is there")
	}
	if got := sent.Load(); got > 3<<20 {
		t.Errorf("%d bytes were sent for 1 MiB: it began anew each time", got)
	}
}

// counting counts what is sent.
type counting struct {
	net.Conn
	sent *atomic.Int64
}

func (c counting) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.sent.Add(int64(n))
	return n, err
}

// lying serves a listing that a test makes up, and files of any content.
type lying struct {
	list func() []os.FileInfo
	read func(name string) (io.ReaderAt, error)
}

func (l lying) Fileread(r *sftp.Request) (io.ReaderAt, error) { return l.read(r.Filepath) }

func (l lying) Filelist(r *sftp.Request) (sftp.ListerAt, error) {
	list := l.list()
	if r.Method != "List" {
		list = list[:1]
	}
	return listed(list), nil
}

type listed []os.FileInfo

func (l listed) ListAt(to []os.FileInfo, from int64) (int, error) {
	if from >= int64(len(l)) {
		return 0, io.EOF
	}
	n := copy(to, l[from:])
	if from+int64(n) == int64(len(l)) {
		return n, io.EOF
	}
	return n, nil
}

// fileInfo is what a server says of a file.
type fileInfo struct {
	name string
	size int64
	mode os.FileMode
	at   time.Time
}

func (f fileInfo) Name() string       { return f.name }
func (f fileInfo) Size() int64        { return f.size }
func (f fileInfo) Mode() os.FileMode  { return f.mode }
func (f fileInfo) ModTime() time.Time { return f.at }
func (f fileInfo) IsDir() bool        { return f.mode.IsDir() }
func (f fileInfo) Sys() any           { return nil }

// endless is a file that has no end.
type endless struct{}

func (endless) ReadAt(p []byte, _ int64) (int, error) { return len(p), nil }

func TestEachHostileServer(t *testing.T) {
	at := time.Unix(1_770_000_000, 0)
	file := func(name string, size int64) []os.FileInfo { return []os.FileInfo{fileInfo{name, size, 0o644, at}} }
	many := func(n int, name string) func() []os.FileInfo {
		return func() []os.FileInfo {
			list := make([]os.FileInfo, n)
			for i := range list {
				list[i] = fileInfo{fmt.Sprint(i, name), 1, 0o644, at}
			}
			return list
		}
	}
	one := func(name string, size int64) func() []os.FileInfo {
		return func() []os.FileInfo { return file(name, size) }
	}
	grown := int64(0)
	for _, c := range []struct {
		name    string
		list    func() []os.FileInfo
		content io.ReaderAt
		raw     func(net.Conn)
		change  func(*courier.Credential)
		failing string // in why it fails
		passed  string // in what it passed over
	}{
		{name: "a name that leads up", list: one("../secret.xml", 4), failing: "couldn't open it"}, // it is looked for in the inlet's own folder,
		{name: "a name that leads up, in the other way", list: one(`..\secret.xml`, 4), passed: "another folder"},
		{name: "a name with a zero byte", list: one("a\x00.xml", 4), passed: "another folder"},
		{name: "a name of 4,000 bytes", list: one(strings.Repeat("n", 4_000), 4), passed: "more than 255"},
		{name: "a name with a new line", list: one("a\nb.xml", 4), passed: "hide or rearrange"},
		{name: "a name that turns around", list: one("a\u202elmx.exe", 4), passed: "hide or rearrange"},
		{name: "a negative size", list: one("a.xml", -1), passed: "-1 bytes"},
		{name: "a size over the limit", list: one("a.xml", courier.FileBytesMax+1), passed: "bytes; up to"},
		{name: "a device", list: func() []os.FileInfo { return []os.FileInfo{fileInfo{"a.xml", 4, os.ModeDevice | 0o644, at}} }, passed: "no plain file"},
		{name: "10,001 files", list: many(10_001, ".xml"), failing: "more than 10000 files"},
		{name: "a listing without an end", list: many(200_000, strings.Repeat("n", 100)), failing: "more than 10000 files"},
		{name: "a file that has no end", list: one("a.xml", 1<<20), content: endless{}},
		{name: "a file that is shorter than it says", list: one("a.xml", 1<<20), content: strings.NewReader("short")},
		{name: "a file that grows at every look", list: func() []os.FileInfo { grown++; return file("a.xml", grown) }, content: endless{}},
		{name: "another key", change: func(c *courier.Credential) { c.HostKey = "SHA256:" + strings.Repeat("A", 43) }, failing: "another key"},
		{name: "a key that the server doesn't know", change: func(c *courier.Credential) { c.User, c.KeyFile = "acme", otherKey(t) }, failing: "couldn't log in"},
		{name: "no SSH at all", raw: func(c net.Conn) {
			_, _ = io.WriteString(c, "220 mail.example ESMTP\r\n")
			_, _ = io.Copy(io.Discard, c)
		}, failing: "couldn't log in"},
		{name: "a greeting without an end", raw: func(c net.Conn) {
			for {
				if _, err := c.Write(bytes.Repeat([]byte("x"), 4096)); err != nil {
					return
				}
			}
		}, failing: "couldn't log in"},
		{name: "banners without an end", raw: func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "welcome\r\n"); err != nil {
					return
				}
			}
		}, failing: "couldn't log in"},
		{name: "one byte at a time", raw: func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "S"); err != nil {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
		}, failing: "it takes too long"},
		{name: "a connection that ends at once", raw: func(net.Conn) {}, failing: "couldn't log in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := couriertest.SFTP{Dir: t.TempDir(), Raw: c.raw}
			if c.list != nil {
				l := lying{list: c.list, read: func(string) (io.ReaderAt, error) {
					if c.content == nil {
						return nil, os.ErrPermission
					}
					return c.content, nil
				}}
				server.Handlers = &sftp.Handlers{FileGet: l, FileList: l}
			}
			s := couriertest.NewSFTP(t, server)
			inlet := inletAt(s, "/")
			if c.change != nil {
				c.change(&inlet.Credential)
			}
			in := open(t, loopback, inlet)
			if c.raw != nil {
				in.Hurry(500 * time.Millisecond)
			}
			got := in.run(t)
			if !strings.Contains(got.Failing, c.failing) || c.failing != "" && got.Failing == "" || !strings.Contains(strings.Join(got.Passed, ""), c.passed) {
				t.Errorf("%+v", got)
			}
			if len(in.taker.got) > 0 {
				t.Errorf("taken: %v", in.taker.got)
			}
		})
	}
}

// otherKey is the file of a key that no server knows.
func otherKey(t *testing.T) string {
	return couriertest.NewSFTP(t, couriertest.SFTP{}).Credential().KeyFile
}

func TestASecretThatOthersMayReadIsNotUsed(t *testing.T) {
	s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: t.TempDir()})
	at := inletAt(s, "/")
	in := open(t, loopback, at)
	if err := os.Chmod(at.Credential.KeyFile, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := in.run(t); !strings.Contains(got.Failing, "others may read") {
		t.Errorf("%q", got.Failing)
	}
	if err := os.Remove(at.Credential.KeyFile); err != nil {
		t.Fatal(err)
	}
	if got := in.run(t); !strings.Contains(got.Failing, "isn't there") || strings.Contains(got.Failing, at.Credential.KeyFile) {
		t.Errorf("%q", got.Failing)
	}
}

func TestACredentialIsShownToItsHostAlone(t *testing.T) {
	v, err := vault.Open(t.Context(), pgtest.In(t, vault.Config{Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{7}, Schemas: []vault.Schema{courier.Schema}}))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	_, err = courier.New(courier.Config{Vault: v, Inlets: []courier.Inlet{{Name: "w", SFTP: "other.example:22", Path: "/", Credential: courier.Credential{Name: "c", Host: "sftp.example:22"}, Every: 1}}})
	if !errors.Is(err, courier.ErrRefused) {
		t.Errorf("%v", err)
	}
}

func TestPrivateAddressesAreNotDialled(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "0.0.0.0", "localhost", "100.100.100.200"} {
		t.Run(host, func(t *testing.T) {
			at := courier.Inlet{Name: "w", SFTP: host + ":22", Path: "/", Credential: courier.Credential{Host: host + ":22", User: "u", KeyFile: otherKey(t), HostKey: "SHA256:x"}, Every: time.Hour}
			if got := open(t, exchange.Reach{}, at).run(t); !strings.Contains(got.Failing, "not one that a partner can have") {
				t.Errorf("%q", got.Failing)
			}
		})
	}
}

func TestALargeFileNeedsNoMemory(t *testing.T) {
	if pgtest.OnServer() {
		t.Skip("the database has no part in it")
	}
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "large.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(200<<20), f.Close()); err != nil {
		t.Fatal(err)
	}
	s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: dir})
	in := open(t, loopback, inletAt(s, dir))
	in.taker.hash = true
	began := time.Now()
	if got := in.run(t); got.Taken != 1 || in.taker.text["large.xml"] != fmt.Sprint(200<<20) {
		t.Errorf("%+v, %v", got, in.taker.text)
	}
	t.Logf("200 MiB in %v", time.Since(began))
}
