package courier_test

import (
	"context"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/internal/courier"
	"pedigree/internal/courier/couriertest"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// post is a courier that sends, with its clock.
type post struct {
	*courier.Courier
	t   testing.TB
	v   *vault.Vault
	mu  sync.Mutex
	now time.Time
}

func (p *post) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *post) later(d time.Duration) {
	p.mu.Lock()
	p.now = p.now.Add(d)
	p.mu.Unlock()
	p.Wake()
}

func newPost(t testing.TB, reach exchange.Reach, c courier.Config) *post {
	t.Helper()
	p := &post{t: t, now: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)}
	var err error
	if p.v, err = vault.Open(t.Context(), pgtest.In(t, vault.Config{Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{7}, Schemas: []vault.Schema{courier.Schema}})); err != nil {
		t.Fatal(err)
	}
	c.Vault, c.Dir, c.Take, c.Dialer, c.Now = p.v, filepath.Join(t.TempDir(), "ways"), (&taker{}).take, reach.Dialer(), p.clock
	if p.Courier, err = courier.New(c); err != nil {
		t.Fatal(err)
	}
	p.Start()
	t.Cleanup(func() {
		p.Stop()
		if err := p.v.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// queue puts a document of some content into the queue.
func (p *post) queue(to courier.Posting, content string) (int64, bool, error) {
	p.t.Helper()
	return p.queueAs(to, content, "application/xml")
}

func (p *post) queueAs(to courier.Posting, content, media string) (int64, bool, error) {
	p.t.Helper()
	doc, _, err := p.v.PutDocument(p.t.Context(), vault.DocumentInfo{Name: "asn.xml", MediaType: media, Direction: vault.Out, Partner: to.Partner}, strings.NewReader(content))
	if err != nil {
		p.t.Fatal(err)
	}
	to.Document = doc
	var n int64
	known := false
	err = p.v.Update(p.t.Context(), func(tx *sql.Tx) (err error) {
		n, known, err = p.Queue(tx, to)
		return err
	})
	p.Wake()
	return n, known, err
}

// until waits for a parcel to be as a test wants it.
func (p *post) until(n int64, is func(courier.Parcel) bool) courier.Parcel {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		got, err := p.Parcel(p.t.Context(), n)
		if err != nil {
			p.t.Fatal(err)
		}
		if is(got) {
			return got
		}
		if time.Now().After(end) {
			p.t.Fatalf("it stays as %+v", got)
		}
	}
}

func in(state string) func(courier.Parcel) bool {
	return func(p courier.Parcel) bool { return p.State == state }
}

func tried(n int) func(courier.Parcel) bool {
	return func(p courier.Parcel) bool { return p.Tries >= n }
}

// partnerServer is an HTTPS server with an authority of its own.
func partnerServer(t *testing.T, answer http.HandlerFunc) (address string, c courier.Credential) {
	t.Helper()
	s := httptest.NewTLSServer(answer)
	t.Cleanup(s.Close)
	dir := t.TempDir()
	write(t, dir, "ca", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	write(t, dir, "token", "word\n")
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return s.URL + "/in", courier.Credential{Name: "w", Host: u.Host, TokenFile: filepath.Join(dir, "token"), CAFile: filepath.Join(dir, "ca")}
}

func credentials(c courier.Credential) courier.Config {
	return courier.Config{Credentials: map[string]courier.Credential{"w": c}}
}

func TestAParcelIsSentOnce(t *testing.T) {
	var mu sync.Mutex
	var got []string
	address, c := partnerServer(t, func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, fmt.Sprint(r.Method, " ", strings.Split(r.URL.Path, "-")[0], " ", r.Header.Get("Authorization"), " ", r.Header.Get("Content-Type"), " ", r.ContentLength, " ", string(raw), err))
		w.Header().Set("Location", "/receipts/7")
		w.WriteHeader(http.StatusCreated)
	})
	for _, method := range []string{"post", courier.MethodPut} {
		got = nil
		c.Method = method
		p := newPost(t, loopback, credentials(c))
		to := courier.Posting{Partner: "wholesaler", Way: courier.WayHTTPS, Address: address, Credential: "w", About: []byte("shipment")}
		n, known, err := p.queue(to, "<a/>")
		if err != nil || known {
			t.Fatal(known, err)
		}
		sent := p.until(n, in("sent"))
		if sent.Ref != "/receipts/7" || sent.Sent.IsZero() || sent.Tries != 0 {
			t.Errorf("%+v", sent)
		}
		if again, known, err := p.queue(to, "<a/>"); err != nil || !known || again != n {
			t.Errorf("again it is parcel %d, known %v, %v", again, known, err)
		}
		p.later(time.Hour)
		want := map[string]string{"post": "POST /in Bearer word application/xml 4 <a/><nil>", "put": "PUT /in/asn Bearer word application/xml 4 <a/><nil>"}[method]
		mu.Lock()
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: it came as %q", method, got)
		}
		mu.Unlock()
		if state, found, err := p.About(t.Context(), []byte("shipment")); err != nil || !found || state != "sent" {
			t.Errorf("%q, %v, %v", state, found, err)
		}
		done, err := p.Done(t.Context(), n, "by telephone")
		if err != nil || done.State != "acknowledged" || done.Acked.IsZero() {
			t.Errorf("%+v, %v", done, err)
		}
		if _, err := p.Retry(t.Context(), n); !errors.Is(err, courier.ErrRefused) {
			t.Errorf("what is acknowledged is sent again: %v", err)
		}
	}
}

func TestWhatAPartnersServerAnswers(t *testing.T) {
	status, location := http.StatusOK, ""
	address, c := partnerServer(t, func(w http.ResponseWriter, _ *http.Request) {
		if location != "" {
			w.Header().Set("Location", location)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<b>said\n"+strings.Repeat("x", 1<<20))
	})
	p := newPost(t, loopback, credentials(c))
	to := courier.Posting{Partner: "wholesaler", Way: courier.WayHTTPS, Address: address, Credential: "w"}
	for i, test := range []struct {
		status   int
		location string
		is       func(courier.Parcel) bool
		why      string
	}{
		{200, "", in("sent"), "answered with 200"},
		{202, "/jobs/1", in("sent"), "answered with 202"},
		{301, "http://169.254.169.254/latest", in("failed"), "no redirect is followed"},
		{307, "https://127.0.0.1:1/", in("failed"), "no redirect is followed"},
		{400, "", in("failed"), "refused it with 400: <b>said"},
		{413, "", in("failed"), "refused it with 413"},
		{401, "", tried(1), "answered with 401"},
		{429, "", tried(1), "answered with 429"},
		{503, "", tried(1), "answered with 503"},
	} {
		status, location = test.status, test.location
		n, _, err := p.queue(to, fmt.Sprint("<a n='", i, "'/>"))
		if err != nil {
			t.Fatal(err)
		}
		got := p.until(n, test.is)
		if !strings.Contains(got.Reason, test.why) || strings.Contains(got.Reason, "\n") || len(got.Reason) > 500 {
			t.Errorf("%d: %q", test.status, got.Reason)
		}
		if got.State == "queued" { // it waits, and then nothing holds the next one up
			status = http.StatusOK
			p.later(time.Hour)
			p.until(n, in("sent"))
		}
	}
}

func TestAParcelWaitsForThoseBeforeItAndIsGivenUp(t *testing.T) {
	away := filepath.Join(t.TempDir(), "out")
	p := newPost(t, loopback, courier.Config{Outlets: []courier.Outlet{{Name: "out", Folder: away}}})
	to := courier.Posting{Partner: "wholesaler", Way: courier.WayFolder, Address: away}
	first, _, err := p.queue(to, "<first/>")
	if err != nil {
		t.Fatal(err)
	}
	p.until(first, tried(1))
	second, _, err := p.queue(to, "<second/>")
	if err != nil {
		t.Fatal(err)
	}
	for i := 2; i < 9; i++ {
		p.later(time.Hour)
		p.until(first, tried(i))
	}
	if got := p.until(second, in("queued")); got.Tries != 0 {
		t.Errorf("it was tried before the first: %+v", got)
	}
	p.later(15 * 24 * time.Hour)
	if got := p.until(first, in("failed")); !strings.Contains(got.Reason, "couldn't open the folder") {
		t.Errorf("%+v", got)
	}
	if err := os.Mkdir(away, 0o700); err != nil {
		t.Fatal(err)
	}
	p.later(time.Hour)
	p.until(second, in("sent"))
	if _, err := p.Retry(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	p.until(first, in("sent"))
	list, err := os.ReadDir(away)
	if err != nil || len(list) != 2 || !strings.HasPrefix(list[0].Name(), "asn-") || !strings.HasSuffix(list[0].Name(), ".xml") {
		t.Errorf("%v, %v", list, err)
	}
}

func TestOneDeadOutletHoldsNobodyUp(t *testing.T) {
	release := make(chan struct{})
	address, c := partnerServer(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	dir := t.TempDir()
	config := credentials(c)
	config.Outlets = []courier.Outlet{{Name: "out", Folder: dir}}
	p := newPost(t, loopback, config)
	stuck, _, err := p.queue(courier.Posting{Partner: "dead", Way: courier.WayHTTPS, Address: address, Credential: "w"}, "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := p.queue(courier.Posting{Partner: "alive", Way: courier.WayFolder, Address: dir}, "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	p.until(n, in("sent"))
	if got := p.until(stuck, in("queued")); got.Tries != 0 {
		t.Errorf("%+v", got)
	}
	close(release)
	p.until(stuck, in("sent"))
}

func TestAParcelGoesToAServer(t *testing.T) {
	dir := t.TempDir()
	s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: dir})
	p := newPost(t, loopback, credentials(s.Credential()))
	to := courier.Posting{Partner: "wholesaler", Way: courier.WaySFTP, Address: "sftp://" + s.Addr + dir, Credential: "w"}
	content := strings.Repeat("<a/>", 1<<16)
	n, _, err := p.queue(to, content)
	if err != nil {
		t.Fatal(err)
	}
	sent := p.until(n, in("sent"))
	raw, err := os.ReadFile(filepath.Join(dir, sent.Ref))
	if err != nil || string(raw) != content {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestWhereNoParcelGoes(t *testing.T) {
	_, c := partnerServer(t, func(http.ResponseWriter, *http.Request) {})
	p := newPost(t, loopback, courier.Config{Credentials: map[string]courier.Credential{"w": c}, Outlets: []courier.Outlet{{Name: "out", Folder: "/out"}}})
	for _, to := range []courier.Posting{
		{Way: courier.WayFolder, Address: "/etc/cron.d"},
		{Way: courier.WayFolder, Address: "/out/../etc"},
		{Way: courier.WayHTTPS, Address: "https://other.example/in", Credential: "w"}, // it would be shown the token
		{Way: courier.WayHTTPS, Address: "http://" + c.Host, Credential: "w"},
		{Way: courier.WayHTTPS, Address: "https://user:word@" + c.Host, Credential: "w"},
		{Way: courier.WayHTTPS, Address: "https://" + c.Host, Credential: "none"},
		{Way: courier.WaySFTP, Address: "sftp://" + c.Host + "/in"},
		{Way: courier.WayNode, Address: "maker"},
		{Way: "mail"},
	} {
		if _, _, err := p.queue(to, "<a/>"); !errors.Is(err, courier.ErrRefused) {
			t.Errorf("%+v: %v", to, err)
		}
	}
}

func TestNoParcelGoesToAPrivateAddress(t *testing.T) {
	p := newPost(t, exchange.Reach{}, courier.Config{})
	for i, host := range []string{"127.0.0.1", "localhost", "10.0.0.1", "192.168.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[fd00::1]", "0.0.0.0", "100.100.100.200"} {
		n, _, err := p.queue(courier.Posting{Partner: fmt.Sprint("p", i), Way: courier.WayHTTPS, Address: "https://" + host + "/in"}, "<a/>")
		if err != nil {
			t.Fatal(err)
		}
		if got := p.until(n, tried(1)); !strings.Contains(got.Reason, "not one that a partner can have") {
			t.Errorf("%s: %q", host, got.Reason)
		}
	}
}

func TestAServerWithAnotherCertificateGetsNothing(t *testing.T) {
	asked := false
	address, c := partnerServer(t, func(http.ResponseWriter, *http.Request) { asked = true })
	c.CAFile = ""
	p := newPost(t, loopback, credentials(c))
	n, _, err := p.queue(courier.Posting{Partner: "w", Way: courier.WayHTTPS, Address: address, Credential: "w"}, "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	if got := p.until(n, tried(1)); !strings.Contains(got.Reason, "certificate") || asked {
		t.Errorf("%q, asked %v", got.Reason, asked)
	}
}

func TestAPersonCarriesAParcel(t *testing.T) {
	p := newPost(t, loopback, courier.Config{})
	n, _, err := p.queue(courier.Posting{Partner: "7", Way: courier.WayHand}, "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	p.later(30 * 24 * time.Hour)
	if got, err := p.Done(t.Context(), n, "handed\nover"); err != nil || got.State != "acknowledged" || got.Reason != "handed_over" {
		t.Errorf("%+v, %v", got, err)
	}
	dropped, _, err := p.queue(courier.Posting{Partner: "7", Way: courier.WayHand}, "<b/>")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Drop(t.Context(), dropped, "not wanted"); err != nil || got.State != "dropped" {
		t.Errorf("%+v, %v", got, err)
	}
	list, err := p.Parcels(t.Context(), "dropped", "7", 0, 0)
	if err != nil || len(list) != 1 || list[0].Number != dropped {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := p.Parcel(t.Context(), 99); !errors.Is(err, vault.ErrNotFound) {
		t.Error(err)
	}
}

// node is a partner's node, as a Sender reaches it.
type node struct {
	mu   sync.Mutex
	sent int
	now  courier.Answer
	fail error
}

func (n *node) Send(_ context.Context, _ courier.Parcel, content io.Reader) (courier.Answer, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sent++
	_, err := io.Copy(io.Discard, content)
	return courier.Answer{Ref: "delivery"}, err
}

func (n *node) Ask(context.Context, courier.Parcel) (courier.Answer, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now, n.fail
}

func (n *node) says(a courier.Answer, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.now, n.fail = a, err
}

func TestANodeSignsForAParcel(t *testing.T) {
	far := &node{}
	p := newPost(t, loopback, courier.Config{Node: far})
	to := courier.Posting{Partner: "maker", Way: courier.WayNode, Address: "maker"}
	n, _, err := p.queue(to, "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	p.until(n, in("sent"))
	far.says(courier.Answer{Acked: true, Text: "signed"}, nil)
	p.later(time.Hour)
	if got := p.until(n, in("acknowledged")); got.Ref != "delivery" || got.Reason != "signed" || far.sent != 1 {
		t.Errorf("%+v", got)
	}
	second, _, err := p.queue(to, "<b/>")
	if err != nil {
		t.Fatal(err)
	}
	p.until(second, in("sent"))
	far.says(courier.Answer{}, courier.ErrRefused)
	p.later(time.Hour)
	p.until(second, in("failed"))
}
