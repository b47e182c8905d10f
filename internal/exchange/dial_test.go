package exchange

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// witness listens where nobody may be sent, and counts who comes.
type witness struct {
	net.Listener
	came atomic.Int64
}

func newWitness(t *testing.T, addr string) *witness {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("couldn't listen on %s: %v", addr, err)
	}
	w := &witness{Listener: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			w.came.Add(1)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	return w
}

func (w *witness) port() string { return strconv.Itoa(w.Addr().(*net.TCPAddr).Port) }

// ways are ways to write this machine's own address.
var ways = []string{
	"127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "localhost", "0.0.0.0", "0", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001",
	"0177.0.0.1", "127.0.0.1.", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::1%lo]", "[::ffff:0:127.0.0.1]",
}

func TestNoConnectionReachesThisMachineHoweverItIsWritten(t *testing.T) {
	w := newWitness(t, "[::]:0") // takes both families, on every address of this machine
	d := Reach{Private: true}.dialer()
	for _, host := range ways {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		c, err := d.DialContext(ctx, "tcp", net.JoinHostPort(strings.Trim(host, "[]"), w.port()))
		cancel()
		if err == nil {
			_ = c.Close()
			t.Errorf("%s was reached", host)
		}
	}
	if n := w.came.Load(); n != 0 {
		t.Errorf("%d connections arrived", n)
	}
	c, err := Reach{Loopback: true}.dialer().DialContext(t.Context(), "tcp", "127.0.0.1:"+w.port())
	if err != nil {
		t.Fatalf("where it is allowed: %v", err)
	}
	_ = c.Close()
}

func TestForbiddenAddressesAreRefusedBeforeAPacketLeaves(t *testing.T) {
	for _, host := range []string{
		"169.254.169.254", "169.254.170.2", "169.254.0.1", "192.0.0.192", "168.63.129.16", "100.100.100.200", "0.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
		"224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
		"64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2001:0:53aa:64c:0:0:8080:8080", "2001:db8::1", "100::1", "::169.254.169.254", "::ffff:169.254.169.254", "3fff::1",
	} {
		_, err := Reach{Private: true, Loopback: true}.dialer().DialContext(t.Context(), "tcp", net.JoinHostPort(host, "80"))
		if !errors.Is(err, errForbidden) {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, host := range []string{"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd12:3456::1", "fc00::1"} {
		if _, err := (Reach{}).dialer().DialContext(t.Context(), "tcp", net.JoinHostPort(host, "80")); !errors.Is(err, errForbidden) {
			t.Errorf("%s: %v", host, err)
		}
		if err := (Reach{Private: true}).Allows(netip.MustParseAddr(host)); err != nil {
			t.Errorf("%s inside a private network: %v", host, err)
		}
	}
	for _, host := range []string{"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "2a00::1"} {
		if err := (Reach{}).Allows(netip.MustParseAddr(host)); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// TestANameThatChangesItsAnswerGainsNothing asks a name server that gives an
// address that may be dialled first, and this machine's afterwards.
func TestANameThatChangesItsAnswerGainsNothing(t *testing.T) {
	w := newWitness(t, "127.0.0.1:0")
	dns, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dns.Close() })
	var asked atomic.Int64
	go changingNames(dns, &asked)
	d := Reach{Private: true}.dialer()
	d.Timeout = 100 * time.Millisecond // nobody answers at the first one
	d.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", dns.LocalAddr().String())
	}}
	for range 4 {
		if c, err := d.DialContext(t.Context(), "tcp", "changing.example.:"+w.port()); err == nil {
			_ = c.Close()
			t.Error("it was reached")
		}
	}
	if w.came.Load() != 0 || asked.Load() < 4 {
		t.Errorf("%d connections arrived after %d answers", w.came.Load(), asked.Load())
	}
}

// changingNames answers each question for an IPv4 address: the first time with one
// that may be dialled, then with this machine's.
func changingNames(c net.PacketConn, asked *atomic.Int64) {
	buf := make([]byte, 512)
	for {
		n, from, err := c.ReadFrom(buf)
		if err != nil {
			return
		}
		q := buf[:n]
		end := 12
		for q[end] != 0 {
			end += int(q[end]) + 1
		}
		kind := binary.BigEndian.Uint16(q[end+1:])
		out := append([]byte{q[0], q[1], 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0}, q[12:end+5]...)
		if kind == 1 { // A
			address := []byte{127, 0, 0, 1}
			if asked.Add(1) == 1 {
				address = []byte{10, 255, 255, 1}
			}
			out[7] = 1
			out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
			out = append(out, address...)
		}
		_, _ = c.WriteTo(out, from)
	}
}

func TestADeliveryGoesToNoForbiddenAddress(t *testing.T) {
	w := newTown(t, func(c *Config) { c.Reach = Reach{} })
	id := w.maker.note("wholesaler", "hello")
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" || !strings.Contains(s.Reason, "is this machine itself") {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}
