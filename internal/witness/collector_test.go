package witness

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/proof"
)

// record keeps the headers of a town, and proves from one to another like a node.
type record struct {
	town    *town
	headers map[uint64]seen
	newest  uint64
	away    bool // the node can prove nothing
}

func (r *record) block(height uint64, events int) {
	r.headers[height], r.newest = r.town.at(height, events, 0, 1, 2, 3), height
}

func (r *record) prove(from, to uint64) (proof.ConsistencyProof, bool, error) {
	if r.away {
		return proof.ConsistencyProof{}, false, errors.New("the node is ill")
	}
	if to == 0 {
		to = r.newest
	}
	if from == 0 {
		from = to
	}
	a, found := r.headers[from]
	b, also := r.headers[to]
	if !found || !also {
		return proof.ConsistencyProof{}, false, nil
	}
	p, err := proof.DecodeConsistencyProof(r.town.prove(a, b))
	return p, true, err
}

// post is a witness with its server.
type post struct {
	witness *Witness
	server  *Server
	http    *httptest.Server
	down    bool
}

func newPost(t *testing.T, c *town, name string) *post {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	w, err := Open(Config{Dir: t.TempDir(), Name: name, Key: ed25519.NewKeyFromSeed(seed[:]), Trust: c.trust(), Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	p := &post{witness: w, server: NewServer(w, slog.New(slog.DiscardHandler))}
	handler := p.server.Handler()
	p.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(p.http.Close)
	return p
}

func (p *post) remote() Remote { return Remote{Key: p.witness.Key(), URL: p.http.URL} }

// gathering is a node that asks three witnesses.
func gathering(t *testing.T) (*record, []*post, *Collector, CollectorConfig) {
	t.Helper()
	c := newTown(t)
	c.add("story", 60)
	r := &record{town: c, headers: map[uint64]seen{}}
	var posts []*post
	config := CollectorConfig{File: filepath.Join(t.TempDir(), "cosigned"), Every: time.Second, Prove: r.prove, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return testNow }}
	for i := range 3 {
		p := newPost(t, c, fmt.Sprintf("w%d.example", i+1))
		posts = append(posts, p)
		config.Witnesses = append(config.Witnesses, p.remote())
	}
	return r, posts, collect(t, config), config
}

func collect(t *testing.T, c CollectorConfig) *Collector {
	t.Helper()
	k, err := OpenCollector(c)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// vouching says how many witnesses cosigned the best checkpoint of so many events.
func vouching(t *testing.T, k *Collector, events uint64, posts []*post) (n int, of uint64) {
	t.Helper()
	list := k.Newest(events)
	if len(list) == 0 {
		return 0, 0
	}
	var keys []proof.WitnessKey
	for _, p := range posts {
		keys = append(keys, p.witness.Key())
	}
	c, by, err := proof.OpenNote(list[0], keys)
	if err != nil {
		t.Fatal(err)
	}
	return len(by), c.Events
}

func TestANodeGathersCosignatures(t *testing.T) {
	r, posts, k, config := gathering(t)
	ctx := context.Background()
	k.Round(ctx)
	if n, _ := vouching(t, k, 0, posts); n != 0 {
		t.Fatalf("%d cosigned a ledger without blocks", n)
	}
	r.block(2, 5)
	k.Round(ctx)
	r.block(4, 9)
	k.Round(ctx)
	if n, of := vouching(t, k, 6, posts); n != 3 || of != 9 {
		t.Errorf("%d cosigned %d events", n, of)
	}
	if n, _ := vouching(t, k, 10, posts); n != 0 {
		t.Error("there is a checkpoint of events that nobody saw")
	}
	k = collect(t, config) // as after a restart, when it doesn't know where they stand
	if n, of := vouching(t, k, 0, posts); n != 3 || of != 9 {
		t.Errorf("after a restart %d cosigned %d events", n, of)
	}
	r.block(7, 30)
	k.Round(ctx)
	if n, of := vouching(t, k, 0, posts); n != 3 || of != 30 {
		t.Errorf("after a restart %d cosigned %d events", n, of)
	}
	if f := k.Figures(); f.Witnesses != 3 || f.Cosigned != 3 || f.Events != 30 || f.Forked || f.Age != 0 {
		t.Errorf("%+v", f)
	}
}

func TestAWitnessThatIsAwayIsLeftOut(t *testing.T) {
	r, posts, _, config := gathering(t)
	now := testNow
	config.Now = func() time.Time { return now }
	k := collect(t, config)
	ctx := context.Background()
	posts[1].down = true
	posts[2].http.Close()
	r.block(2, 5)
	k.Round(ctx)
	if n, of := vouching(t, k, 5, posts); n != 1 || of != 5 {
		t.Fatalf("%d cosigned %d events", n, of)
	}
	posts[1].down = false
	k.Round(ctx)
	if n, _ := vouching(t, k, 5, posts); n != 1 {
		t.Error("a witness that failed was asked again at once")
	}
	now = now.Add(2 * config.Every)
	k.Round(ctx)
	if n, of := vouching(t, k, 5, posts); n != 2 || of != 5 {
		t.Errorf("when one is back, %d cosigned %d events", n, of)
	}
	// The best is what most cosigned, though it is older.
	posts[1].down = true
	r.block(3, 8)
	k.Round(ctx)
	if n, of := vouching(t, k, 4, posts); n != 2 || of != 5 {
		t.Errorf("%d cosigned %d events", n, of)
	}
	if n, of := vouching(t, k, 6, posts); n != 1 || of != 8 {
		t.Errorf("%d cosigned %d events", n, of)
	}
}

func TestANodeThatLagsWaits(t *testing.T) {
	r, posts, k, config := gathering(t)
	r.block(2, 5)
	r.block(9, 40)
	k.Round(context.Background())
	r.newest = 2 // another node, which has not seen the rest
	config.File = filepath.Join(t.TempDir(), "of-another")
	behind := collect(t, config)
	behind.Round(context.Background())
	if n, _ := vouching(t, behind, 0, posts); n != 0 {
		t.Errorf("%d cosigned what came before what they saw", n)
	}
	r.newest = 9
	behind.Round(context.Background())
	if n, of := vouching(t, behind, 0, posts); n != 3 || of != 40 {
		t.Errorf("%d cosigned %d events", n, of)
	}
	r.away = true
	behind.Round(context.Background())
	if n, of := vouching(t, behind, 0, posts); n != 3 || of != 40 {
		t.Errorf("a node that can prove nothing forgot: %d cosigned %d events", n, of)
	}
}

func TestWhatAWitnessMustNotAnswerIsNotKept(t *testing.T) {
	c := newTown(t)
	c.add("story", 20)
	r := &record{town: c, headers: map[uint64]seen{}}
	r.block(2, 5)
	seed := sha256.Sum256([]byte("w.example"))
	key := ed25519.NewKeyFromSeed(seed[:])
	name := proof.WitnessKey{Name: "w.example", Key: key.Public().(ed25519.PublicKey)}
	asked := r.headers[2].checkpoint()
	other := asked
	other.Events++
	stranger := name
	stranger.Name = "x.example"
	for what, answer := range map[string]http.HandlerFunc{
		"another checkpoint": text(200, string(other.Note(other.Cosign(name, key, testNow)))),
		"another's key":      text(200, string(asked.Note(asked.Cosign(stranger, key, testNow)))),
		"an old time":        text(200, string(asked.Note(asked.Cosign(name, key, testNow.Add(-time.Hour))))),
		"a time ahead":       text(200, string(asked.Note(asked.Cosign(name, key, testNow.Add(time.Hour))))),
		"nothing":            text(200, ""),
		"an endless answer":  text(200, strings.Repeat("x", answerBytesMax+100)),
		"an error":           text(500, ""),
		"no height":          text(409, "somewhere"),
		"the same height":    text(409, "0"),
		"a pruned height":    text(409, "1"),
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusTemporaryRedirect)
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := httptest.NewServer(answer)
			defer s.Close()
			k := collect(t, CollectorConfig{File: filepath.Join(t.TempDir(), "c"), Witnesses: []Remote{{name, s.URL}}, Every: time.Second, Prove: r.prove, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return testNow }})
			k.Round(context.Background())
			if list := k.Newest(0); len(list) > 0 {
				t.Errorf("%q was kept", list[0])
			}
		})
	}
}

func text(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestOnlySoManyCheckpointsAreKept(t *testing.T) {
	r, posts, k, config := gathering(t)
	for i := range notesMax + 3 {
		r.block(uint64(2+i), 1+i)
		k.Round(context.Background())
	}
	if got := len(k.Newest(0)); got != notesMax {
		t.Errorf("%d are kept", got)
	}
	if got := len(collect(t, config).Newest(0)); got != notesMax {
		t.Errorf("%d are kept on the disk", got)
	}
	if n, of := vouching(t, k, 0, posts); n != 3 || of != notesMax+3 {
		t.Errorf("the best is of %d events, by %d", of, n)
	}
	if err := os.WriteFile(config.File, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := len(collect(t, config).Newest(0)); got != 0 {
		t.Errorf("a damaged file gives %d", got)
	}
}

// TestAWitnessThatIsAskedFindsAFork lets two nodes of two histories ask one witness.
func TestAWitnessThatIsAskedFindsAFork(t *testing.T) {
	r, posts, k, config := gathering(t)
	r.block(7, 20)
	k.Round(context.Background())
	other := newTown(t)
	other.events = append(append([]proof.Hash{}, r.town.events[:12]...), r.town.events[13:]...)
	rewritten := &record{town: other, headers: map[uint64]seen{}}
	rewritten.block(7, 19)
	rewritten.block(8, 30)
	config.Prove, config.File = rewritten.prove, filepath.Join(t.TempDir(), "c")
	k = collect(t, config)
	k.Round(context.Background())
	if n, _ := vouching(t, k, 0, posts); n != 0 || !k.Figures().Forked {
		t.Errorf("%d cosigned a rewritten history", n)
	}
	for _, p := range posts {
		res, err := http.Get(p.http.URL + forkPath)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		f, err := ReadFork(raw, other.trust())
		if err != nil || contradicting(f) != 4 || p.server.Forked() == nil {
			t.Errorf("the proof of %s: %v", p.witness.config.Name, err)
		}
	}
}

func TestAWitnessTakesOnlySoManyAtOnce(t *testing.T) {
	c := newTown(t)
	s := NewServer(open(t, c, t.TempDir()), slog.New(slog.DiscardHandler))
	for range servedMax {
		s.room <- struct{}{}
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, cosignPath, strings.NewReader("x")))
	if w.Code != http.StatusTooManyRequests {
		t.Errorf("one more was answered with %d", w.Code)
	}
	<-s.room
	for body, want := range map[string]int{"x": http.StatusUnprocessableEntity, strings.Repeat("x", proofBytesMax+1): http.StatusRequestEntityTooLarge} {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, cosignPath, strings.NewReader(body)))
		if w.Code != want {
			t.Errorf("%d bytes were answered with %d", len(body), w.Code)
		}
	}
}
