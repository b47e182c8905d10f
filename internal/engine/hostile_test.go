package engine

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	bcproto "github.com/cometbft/cometbft/proto/tendermint/blocksync"
)

var hostileSeed = flag.Uint64("hostile-seed", uint64(time.Now().UnixNano()), "of what a hostile peer says")

// What a hostile peer says in a plain run: to each of three nodes, each lie so
// often, so many claims that wander around the present height, and so many spoiled
// messages.
const (
	hostileMessages = 10_000
	endsEach        = 4
	ignoredEach     = 20
	wanders         = 1600
	spoils          = 900
)

// TestAHostilePeerChangesNothing lets a validator whose keys are in the wrong hands
// say 10,000 things to three nodes that no honest node says. Nothing panics, the
// connection is ended or the message has no effect, and the three go on under load.
func TestAHostilePeerChangesNothing(t *testing.T) {
	t.Logf("seed %d: go test ./internal/engine -run HostilePeer -hostile-seed %d", *hostileSeed, *hostileSeed)
	sites, bad, logs := besieged(t, "hostile")
	stop := keepGoing(t, sites)
	var total, ended atomic.Int64
	var attacks sync.WaitGroup
	for n, s := range sites {
		set, err := s.node.Validators(1)
		must(t, err)
		index := slices.IndexFunc(set, func(v Validator) bool { return v.PubKey == bad.key })
		l := &liar{intruder: bad, Rand: rand.New(rand.NewPCG(*hostileSeed, uint64(n))), at: s, index: int32(index)}
		attacks.Go(func() {
			said, broken := l.attack(t)
			total.Add(said)
			ended.Add(broken)
		})
	}
	attacks.Wait()
	committed := stop()
	agree(t, sites, load(t, sites, "after", 20))
	for n, s := range sites {
		must(t, s.node.Err())
		s.mustRunOnce(t, committed)
		if s.node.Height() < 3 || len(s.node.Peers()) < 2 {
			t.Errorf("node %d is at height %d with %d peers", n, s.node.Height(), len(s.node.Peers()))
		}
	}
	if total.Load() < hostileMessages {
		t.Errorf("only %d messages were said", total.Load())
	}
	text := logs.String()
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, "runtime error") || strings.Contains(line, "nil pointer") || strings.Contains(line, consensusFailure) {
			t.Errorf("a node's log says: %.400s", line)
		}
	}
	if len(sites[0].app.reported()) == 0 {
		t.Error("the intruder voted twice in many rounds, and no block proves it")
	}
	t.Logf("%d messages, %d connections ended for one, %d entries committed meanwhile, height %d, %d bytes of log",
		total.Load(), ended.Load(), len(committed), sites[0].node.Height(), len(text))
}

// besieged starts three of four validators; the fourth one's keys are the intruder's.
func besieged(t *testing.T, name string) ([]*site, *intruder, *lockedBuffer) {
	t.Helper()
	bad := newIntruder(t, name)
	sites := make([]*site, 3)
	for i := range sites {
		sites[i] = newSite(t, vfs.NewMem())
	}
	genesis := genesisFor(name, LAN, append(slices.Clone(sites), bad.site)...)
	logs := &lockedBuffer{}
	for i, s := range sites {
		c := Config{Profile: LAN, Genesis: genesis, ListenAddr: s.addr, Logger: slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelInfo}))}
		for j, peer := range sites {
			if i != j {
				c.Peers = append(c.Peers, Peer{ID: peer.nodeID, Addr: peer.addr})
			}
		}
		c.AllowPeer = func(string) bool { return true }
		must(t, s.start(testContext(t), c))
	}
	agree(t, sites, load(t, sites, "before", 6))
	return sites, bad, logs
}

// keepGoing submits without a pause until it is told to stop, and returns what was
// committed.
func keepGoing(t *testing.T, sites []*site) (stop func() []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*testWait)
	var committed []string
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ctx.Err() == nil; i++ {
			tx := fmt.Sprintf("meanwhile %d", i)
			one, end := context.WithTimeout(context.Background(), testWait)
			_, err := sites[i%len(sites)].submit(one, tx)
			end()
			if err != nil {
				t.Errorf("under attack: %v", err)
				return
			}
			committed = append(committed, tx)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return func() []string { cancel(); <-done; return committed }
}

// attack says everything to one node, and returns how much it said and how often
// the node ended the connection.
func (l *liar) attack(t *testing.T) (total, ended int64) {
	for _, kinds := range [][]lie{frames, steps, blocks, votes, stores} {
		for _, k := range kinds {
			if k.ends {
				total += l.mustEnd(t, k)
				ended += endsEach
			} else {
				total += l.mustNotMatter(t, k)
			}
		}
	}
	n := l.enter(t, l.at, l.newID())
	say := func(what said) {
		_ = n.send(what) // the connection may have been ended for the one before
		if total++; total%8 != 0 || n.heard(t) {
			return
		}
		ended++
		n = l.enter(t, l.at, l.newID())
	}
	for range wanders {
		say(l.wander())
	}
	all := slices.Concat(frames, steps, blocks, votes, stores)
	for range spoils {
		say(l.spoil(all[l.IntN(len(all))].say(l)))
	}
	n.leave()
	return total, ended
}

func (l *liar) mustEnd(t *testing.T, k lie) int64 {
	for range endsEach {
		n := l.enter(t, l.at, l.newID())
		if err := n.send(k.say(l)); err == nil && n.heard(t) {
			t.Errorf("%s: the connection is still there", k.name)
		}
		n.leave()
	}
	return endsEach
}

func (l *liar) mustNotMatter(t *testing.T, k lie) int64 {
	n := l.enter(t, l.at, l.newID())
	defer n.leave()
	for i := range ignoredEach {
		if err := n.send(k.say(l)); err != nil || (i%5 == 4 && !n.heard(t)) {
			t.Errorf("%s: the connection was ended, %v", k.name, err)
			return int64(i)
		}
	}
	return ignoredEach
}

// lockedBuffer collects the logs of several nodes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestWrongHandshakesAreRefused lets the intruder describe itself wrongly, or send
// noise in the place of a handshake.
func TestWrongHandshakesAreRefused(t *testing.T) {
	t.Parallel()
	sites, bad, _ := besieged(t, "greetings")
	for name, spoil := range greetings {
		id := bad.newID()
		info := bad.info(id)
		spoil(&info)
		n, err := bad.shakeHands(sites[0].addr, id, info)
		if err == nil && n.heard(t) {
			t.Errorf("a node that says %s is let in", name)
		}
		if err == nil {
			n.leave()
		}
	}
	noise := rand.NewChaCha8([32]byte{byte(*hostileSeed)})
	for size := range 64 {
		raw, err := net.Dial("tcp", sites[0].addr)
		must(t, err)
		b := make([]byte, size*20)
		_, _ = noise.Read(b) // never fails
		if size == 1 {
			clear(b) // the key of no strength
		}
		_, _ = raw.Write(b) // the node may have closed it
		must(t, raw.Close())
	}
	n := bad.enter(t, sites[0], bad.newID())
	n.leave()
	agree(t, sites, load(t, sites, "after", 6))
}

// TestALiarAboutHeightsKeepsNobodyFromVoting restarts a validator without whom there
// is no majority, while a peer that is let in says again and again that the chain
// is far longer than it is.
func TestALiarAboutHeightsKeepsNobodyFromVoting(t *testing.T) {
	t.Parallel()
	sites, bad, _ := besieged(t, "heights")
	late := sites[2]
	config := late.node.config
	must(t, late.stop())
	ctx, cancel := context.WithCancel(t.Context())
	var lying sync.WaitGroup
	lying.Go(func() { bad.lieAboutHeights(ctx, late) })
	defer lying.Wait()
	defer cancel()
	must(t, late.start(testContext(t), Config{Profile: LAN, Genesis: config.Genesis, ListenAddr: late.addr, Peers: config.Peers, AllowPeer: config.AllowPeer}))
	began := time.Now()
	agree(t, sites, load(t, sites, "by three again", 6))
	t.Logf("it took part after %v", time.Since(began).Round(time.Millisecond))
}

// lieAboutHeights connects under one id whenever it can, names a height that nobody
// has, and has no block that it is asked for.
func (i *intruder) lieAboutHeights(ctx context.Context, s *site) {
	id := i.newID()
	for ; ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		n, err := i.shakeHands(s.addr, id, i.info(id))
		if err != nil {
			continue
		}
		_ = n.send(on(blockChannel, &bcproto.StatusResponse{Base: 1, Height: 1 << 40}))
		for there := true; there; {
			select {
			case height := <-n.blocks:
				_ = n.send(on(blockChannel, &bcproto.NoBlockResponse{Height: height}))
			case <-n.gone:
				there = false
			case <-ctx.Done():
				there = false
			}
		}
		n.leave()
	}
}
