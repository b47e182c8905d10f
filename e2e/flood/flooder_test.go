//go:build linux

package flood

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

// flooder sends as much as it can.
type flooder struct {
	testing.TB
	member *cluster.Member
	chain  string
	client *http.Client
	token  string
	sent   atomic.Uint64 // by the member

	waste [][]byte // what strangers send, over and over

	mu      sync.Mutex
	answers map[string]int // by kind and status
	fresh   atomic.Uint64
}

func newFlooder(t testing.TB, n *cluster.Network, m *cluster.Member) *flooder {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(m.Home, "api.token"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(raw))
	return &flooder{
		TB: t, member: m, chain: n.ChainID, token: lines[len(lines)-1], answers: map[string]int{},
		client: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: members + strangers*len(n.List)}},
	}
}

// run floods until the context ends or the member has sent so many entries.
func (f *flooder) run(ctx context.Context, n *cluster.Network, most uint64) {
	for i := range kept {
		f.waste = append(f.waste, kinds[i%len(kinds)].make(f, f.member, f.chain, f.fresh.Add(1)))
	}
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	var busy sync.WaitGroup
	for i := range members {
		busy.Go(func() {
			for k := kinds[i%len(kinds)]; ctx.Err() == nil; {
				f.post(ctx, f.member.Base(), k.name, k.make(f, f.member, f.chain, f.fresh.Add(1)), f.token)
				if f.sent.Add(1) >= most {
					enough()
				}
			}
		})
	}
	for _, m := range n.List {
		for i := range strangers {
			busy.Go(func() {
				for k := i; ctx.Err() == nil; k++ {
					f.post(ctx, m.Base(), "any kind", f.waste[k%kept], "")
					time.Sleep(strangerPause)
				}
			})
		}
		for _, port := range ports(f, m) {
			for range strangers {
				busy.Go(func() {
					for ctx.Err() == nil {
						f.noise(ctx, port)
						time.Sleep(strangerPause)
					}
				})
			}
		}
	}
	busy.Wait()
}

// ports are all addresses in a node's configuration: its own, and its peers'.
func ports(t testing.TB, m *cluster.Member) []string {
	raw, err := os.ReadFile(filepath.Join(m.Home, "pedigree.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`127\.0\.0\.1:\d+`).FindAllString(string(raw), -1)
}

// post sends one envelope and notes what was answered.
func (f *flooder) post(ctx context.Context, base, kind string, raw []byte, token string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/v1/entries", bytes.NewReader(raw))
	if err != nil {
		f.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/cbor")
	who := "a stranger"
	if token != "" {
		who = "the member"
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer := "no answer"
	if res, err := f.client.Do(r); err == nil {
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		answer = res.Status
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[fmt.Sprintf("%s, %s: %s", who, kind, answer)]++
}

// noise sends bytes that mean nothing to a port until it closes the connection.
func (f *flooder) noise(ctx context.Context, port string) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", port)
	if err != nil {
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	raw := f.waste[len(kinds)-1]
	for ctx.Err() == nil {
		if _, err := c.Write(raw); err != nil {
			break
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers["strangers' connections with noise"]++
}
