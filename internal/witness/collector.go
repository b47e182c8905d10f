package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"pedigree/proof"
)

// Remote is a witness that a node asks.
type Remote struct {
	Key proof.WitnessKey
	URL string // without a path: https://witness.example
}

// CollectorConfig says whom a node asks, and what it asks with.
type CollectorConfig struct {
	File      string // where the cosigned checkpoints are kept
	Witnesses []Remote
	Every     time.Duration // between two rounds
	// Prove leads from a signed header to another; 0 stands for the newest. It says
	// false when the node doesn't have one of them.
	Prove func(from, to uint64) (proof.ConsistencyProof, bool, error)
	Log   *slog.Logger
	Now   func() time.Time
}

// Collector asks witnesses for cosignatures of a node's checkpoints, and keeps the
// newest. Nothing waits for it: a witness that is away leaves a line out.
type Collector struct {
	config  CollectorConfig
	client  *http.Client
	remotes []*remote

	mu    sync.Mutex
	notes []note // oldest first, at most notesMax
	fork  bool   // a witness says that it has seen a fork
}

// note is a checkpoint with the cosignatures that were gathered, by witness.
type note struct {
	checkpoint proof.Checkpoint
	lines      []string // in the order of the witnesses; empty where there is none
	at         time.Time
}

// remote is how it stands with one witness. Only its own round uses it.
type remote struct {
	Remote
	from  uint64 // the header that it saw last, as far as is known
	rest  time.Duration
	until time.Time // until when it isn't asked, after failures
	last  time.Time // when it cosigned
}

// OpenCollector reads the checkpoints that an earlier run kept.
func OpenCollector(c CollectorConfig) (*Collector, error) {
	k := &Collector{config: c, client: &http.Client{
		Timeout: askWait,
		// A witness that was named by its address is not followed elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for _, r := range c.Witnesses {
		k.remotes = append(k.remotes, &remote{Remote: r})
	}
	return k, k.load()
}

// Run asks until the context ends.
func (k *Collector) Run(ctx context.Context) {
	for len(k.remotes) > 0 {
		k.Round(ctx)
		select {
		case <-ctx.Done():
			k.client.CloseIdleConnections()
			return
		case <-time.After(k.config.Every):
		}
	}
}

// Round asks each witness once for the newest checkpoint.
func (k *Collector) Round(ctx context.Context) {
	p, found, err := k.config.Prove(0, 0)
	if err != nil || !found {
		k.config.Log.Debug("no checkpoint to show to witnesses yet", "error", err)
		return
	}
	n := k.begin(proof.Checkpoint{ChainID: p.NewHeader.Signed.Header.ChainID, Events: p.NewParts.EventCount, Root: p.NewParts.EventRoot})
	if n == nil {
		return
	}
	var all sync.WaitGroup
	for i, r := range k.remotes {
		if n.lines[i] != "" || k.config.Now().Before(r.until) {
			continue
		}
		all.Go(func() { n.lines[i] = k.turn(ctx, r, p, n.checkpoint) })
	}
	all.Wait()
	if err := k.end(n); err != nil {
		k.config.Log.Warn("couldn't keep the cosigned checkpoint", "error", err)
	}
}

// begin is the note that a round is to fill, or nil when nothing is missing.
func (k *Collector) begin(c proof.Checkpoint) *note {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := &note{checkpoint: c, lines: make([]string, len(k.remotes)), at: k.config.Now()}
	if len(k.notes) == 0 {
		return n
	}
	last := k.notes[len(k.notes)-1]
	if last.checkpoint != c || n.at.Sub(last.at) > freshFor {
		return n
	}
	copy(n.lines, last.lines)
	n.at = last.at
	for _, line := range n.lines {
		if line == "" {
			return n
		}
	}
	return nil
}

// turn asks one witness, and lets it rest after a failure.
func (k *Collector) turn(ctx context.Context, r *remote, newest proof.ConsistencyProof, c proof.Checkpoint) string {
	line, err := k.ask(ctx, r, newest, c)
	now := k.config.Now()
	switch {
	case err != nil:
		r.rest = min(max(2*r.rest, k.config.Every), restMax)
		r.until = now.Add(r.rest)
		k.config.Log.Warn("a witness didn't cosign", "witness", r.Key.Name, "error", err, "again_in", r.rest)
	case line != "":
		k.mu.Lock()
		r.rest, r.last = 0, now
		k.mu.Unlock()
	}
	return line
}

// errForked says that a witness has seen a fork.
var errForked = errors.New("the witness has seen a fork and cosigns nothing any more: read its proof at " + forkPath)

// ask leads a witness from where it stands to the checkpoint. It returns no line, and
// no error, when the witness has seen a later header than this node has.
func (k *Collector) ask(ctx context.Context, r *remote, newest proof.ConsistencyProof, c proof.Checkpoint) (string, error) {
	to := newest.NewHeader.Signed.Header.Height
	for range asksMax {
		p := newest
		if r.from > 0 {
			var found bool
			var err error
			if r.from > to {
				return "", nil
			}
			if p, found, err = k.config.Prove(r.from, to); err != nil {
				return "", err
			} else if !found {
				return "", fmt.Errorf("it saw header %d last, which this node has no more; another node must ask it", r.from)
			}
		}
		status, body, err := k.post(ctx, r.URL+cosignPath, p.Encode())
		switch {
		case err != nil:
			return "", err
		case status == http.StatusOK:
			r.from = to
			return k.take(body, r.Key, c)
		case status == http.StatusForbidden:
			k.mu.Lock()
			k.fork = true
			k.mu.Unlock()
			return "", errForked
		case status != http.StatusConflict:
			return "", fmt.Errorf("it answered with status %d", status)
		}
		from, err := strconv.ParseUint(strings.TrimSpace(string(body)), 10, 64)
		if err != nil || from == r.from {
			return "", errors.New("it doesn't say where it stands")
		}
		r.from = from
	}
	return "", fmt.Errorf("it named %d different places to begin at", asksMax)
}

func (k *Collector) post(ctx context.Context, url string, body []byte) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/cbor")
	res, err := k.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	answer, err = io.ReadAll(io.LimitReader(res.Body, answerBytesMax))
	return res.StatusCode, answer, errors.Join(err, res.Body.Close())
}

// take verifies what a witness answered: its own cosignature, of this checkpoint, made
// just now. Only that line is kept, whatever else came.
func (k *Collector) take(body []byte, key proof.WitnessKey, want proof.Checkpoint) (string, error) {
	c, list, err := proof.OpenNote(body, []proof.WitnessKey{key})
	switch {
	case err != nil:
		return "", err
	case c != want:
		return "", fmt.Errorf("it cosigned %d events with the root %s, and was asked for %d with %s", c.Events, c.Root, want.Events, want.Root)
	case len(list) == 0:
		return "", fmt.Errorf("its answer isn't signed with the key of %s", key.Name)
	}
	if off := k.config.Now().Sub(list[0].At).Abs(); off > clockSkew {
		return "", fmt.Errorf("its cosignature is of %s, %s from this node's clock", list[0].At.Format(time.RFC3339), off.Round(time.Second))
	}
	return list[0].Line, nil
}
