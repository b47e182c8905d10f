package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"pedigree/internal/store/kv"
)

// single starts a one-node chain on a memory store.
func single(t testing.TB, prepare ...func(*site, *Config)) (*site, Config) {
	t.Helper()
	s := newSite(t, vfs.NewMem())
	c := Config{Profile: Single, Genesis: genesisFor("single", Single, s)}
	if err := s.start(testContext(t), c, prepare...); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func TestASingleNodeCommitsAndGoesOnAfterARestart(t *testing.T) {
	s, c := single(t)
	var txs []string
	for run := range 3 {
		for i := range 4 {
			tx := fmt.Sprintf("run %d tx %d", run, i)
			s.mustSubmit(t, tx)
			txs = append(txs, tx)
		}
		height := s.node.Height()
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		if err := s.start(testContext(t), c); err != nil {
			t.Fatal(err)
		}
		if got := s.node.Height(); got < height {
			t.Fatalf("height %d after a restart at %d", got, height)
		}
	}
	s.mustRunOnce(t, txs)
	if got := s.app.count(); got != int64(len(txs)) {
		t.Fatalf("%d transactions executed, want %d", got, len(txs))
	}
}

func TestSubmitTellsWhatIsWrong(t *testing.T) {
	s, _ := single(t, func(_ *site, c *Config) { c.TxBytesMax = 100 })
	ctx := testContext(t)
	s.mustSubmit(t, "first")
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	cases := []struct {
		name string
		ctx  context.Context
		tx   []byte
		want error
	}{
		{"the same bytes again are a duplicate", ctx, []byte("first"), ErrDuplicate},
		{"the largest transaction is taken", ctx, make([]byte, 100), nil},
		{"one byte more is too large", ctx, make([]byte, 101), ErrTooLarge},
		{"a cancelled context is respected", stopped, []byte("late"), context.Canceled},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if err := s.node.Submit(tc.ctx, tc.tx); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
	var refused *Refused
	if err := s.node.Submit(ctx, []byte("bad one")); !errors.As(err, &refused) || refused.Code != codeRefused || refused.Log == "" {
		t.Errorf("a refused transaction: %v", err)
	}
	if err := s.node.Submit(ctx, []byte("bad one")); !errors.As(err, &refused) {
		t.Errorf("a transaction refused before can be tried again, got %v", err)
	}
	node := s.node
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := node.Submit(ctx, []byte("after the end")); !errors.Is(err, ErrStopped) {
		t.Errorf("after Stop: %v", err)
	}
}

func TestTheMempoolRefusesPastItsLimits(t *testing.T) {
	// The chain can't move on its own: a second validator never appears.
	s, absent := newSite(t, vfs.NewMem()), newSite(t, vfs.NewMem())
	c := Config{Profile: LAN, Genesis: genesisFor("full", LAN, s, absent), MempoolTxs: 3, MempoolBytes: 100}
	if err := s.start(testContext(t), c); err != nil {
		t.Fatal(err)
	}
	ctx := testContext(t)
	for i := range 3 {
		if err := s.node.Submit(ctx, fmt.Appendf(nil, "tx %d", i)); err != nil {
			t.Fatalf("transaction %d at or below the limit: %v", i, err)
		}
	}
	if err := s.node.Submit(ctx, []byte("one more")); !errors.Is(err, ErrMempoolFull) {
		t.Fatalf("past the limit of transactions: %v", err)
	}
	if got := s.node.Status().MempoolTxs; got != 3 {
		t.Fatalf("%d transactions wait", got)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.start(ctx, c); err != nil {
		t.Fatal(err)
	}
	if err := s.node.Submit(ctx, make([]byte, 100)); err != nil {
		t.Fatalf("at the limit of bytes: %v", err)
	}
	if err := s.node.Submit(ctx, []byte{1}); !errors.Is(err, ErrMempoolFull) {
		t.Fatalf("past the limit of bytes: %v", err)
	}
}

func TestASubscriptionHasNoGapsWhereverItBegins(t *testing.T) {
	s, c := single(t)
	for i := range 5 {
		s.mustSubmit(t, fmt.Sprintf("before %d", i))
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.start(testContext(t), c); err != nil {
		t.Fatal(err)
	}
	sub, err := s.node.Subscribe(1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		s.mustSubmit(t, fmt.Sprintf("after %d", i))
	}
	tip := s.node.Height()
	var seen []string
	for want := int64(1); want <= tip; want++ {
		b := <-sub.Blocks()
		if b.Height != want {
			t.Fatalf("block %d delivered, want %d", b.Height, want)
		}
		if len(b.Results) != len(b.Txs) {
			t.Fatalf("block %d has %d results for %d transactions", b.Height, len(b.Results), len(b.Txs))
		}
		for i, tx := range b.Txs {
			seen = append(seen, string(tx)+"="+string(b.Results[i].Data))
		}
	}
	want := []string{
		"before 0=1", "before 1=2", "before 2=3", "before 3=4", "before 4=5",
		"after 0=6", "after 1=7", "after 2=8", "after 3=9", "after 4=10",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	sub.Close()
	for range sub.Blocks() {
		t.Log("a block that was on its way")
	}
	if sub.Err() != nil {
		t.Errorf("after Close: %v", sub.Err())
	}
	open, err := s.node.Subscribe(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	for b := range open.Blocks() {
		t.Logf("block %d was decided before the end", b.Height)
	}
	if !errors.Is(open.Err(), ErrStopped) {
		t.Errorf("after Stop: %v", open.Err())
	}
}

func TestASlowSubscriberIsServedFromTheStore(t *testing.T) {
	s, _ := single(t)
	sub, err := s.node.Subscribe(1)
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	for i := 0; s.node.Height() < recentBlocks+subscriptionBuffer+10; i++ {
		s.mustSubmit(t, fmt.Sprintf("tx %d", i))
	}
	next := 0
	for want := int64(1); want <= s.node.Height(); want++ {
		b := <-sub.Blocks()
		if b.Height != want {
			t.Fatalf("block %d delivered, want %d", b.Height, want)
		}
		for i, tx := range b.Txs {
			if string(tx) != fmt.Sprintf("tx %d", next) || string(b.Results[i].Data) != fmt.Sprint(next+1) {
				t.Fatalf("got %q with result %q as transaction %d", tx, b.Results[i].Data, next)
			}
			next++
		}
	}
}

func TestTheNumberOfSubscriptionsIsLimited(t *testing.T) {
	s, _ := single(t)
	var last *Subscription
	for range subscribersMax {
		sub, err := s.node.Subscribe(0)
		if err != nil {
			t.Fatal(err)
		}
		last = sub
	}
	if _, err := s.node.Subscribe(0); err == nil {
		t.Fatal("one subscription too many was taken")
	}
	last.Close()
	for range last.Blocks() {
		t.Fatal("a block on an idle chain")
	}
	for n := s.node.subscribers.Load(); n >= subscribersMax; n = s.node.subscribers.Load() {
		time.Sleep(time.Millisecond)
	}
	if _, err := s.node.Subscribe(0); err != nil {
		t.Fatalf("after one was closed: %v", err)
	}
}

func TestWaitHeightEnds(t *testing.T) {
	s, _ := single(t)
	height := s.mustSubmit(t, "tx")
	if err := s.node.WaitHeight(testContext(t), height); err != nil {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.node.WaitHeight(cancelled, height+1000); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	node := s.node
	waited := make(chan error, 1)
	go func() { waited <- node.WaitHeight(testContext(t), height+1000) }()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; !errors.Is(err, ErrStopped) {
		t.Errorf("stopped: %v", err)
	}
}

func TestTheApplicationsFailureEndsTheNode(t *testing.T) {
	cases := []struct {
		name string
		do   func(*counter, int64)
		want string
	}{
		{"an error from FinalizeBlock", func(c *counter, h int64) { c.failAt = h }, "couldn't execute block 3: asked to fail"},
		{"a panic in FinalizeBlock", func(c *counter, h int64) { c.panicAt = h }, "consensus stopped: asked to panic"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s, c := single(t, func(s *site, _ *Config) { tc.do(s.app, 3) })
			ctx := testContext(t)
			for i := 0; s.node.Err() == nil; i++ {
				err := s.node.Submit(ctx, fmt.Appendf(nil, "tx %d", i))
				if err != nil && !errors.Is(err, ErrStopped) && !errors.Is(err, ErrMempoolFull) {
					t.Fatal(err)
				}
			}
			select {
			case <-s.node.Failed():
			case <-ctx.Done():
				t.Fatal("the node doesn't say that it failed")
			}
			if got := s.node.Err().Error(); got != tc.want {
				t.Errorf("got %q", got)
			}
			if err := s.node.Submit(ctx, []byte("late")); !errors.Is(err, ErrStopped) {
				t.Errorf("a failed node took a transaction: %v", err)
			}
			if err := s.stop(); err != nil {
				t.Fatal(err)
			}
			if err := s.start(ctx, c); err != nil {
				t.Fatalf("a repaired application: %v", err)
			}
			s.mustSubmit(t, "after the repair")
		})
	}
}

func TestAnotherGenesisIsRefused(t *testing.T) {
	s, c := single(t)
	s.mustSubmit(t, "tx")
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	other := c
	other.Genesis.Params.BlockBytesMax++
	if err := s.start(testContext(t), other); err == nil {
		t.Fatal("started under another genesis")
	}
	if err := s.start(testContext(t), c); err != nil {
		t.Fatalf("the right genesis afterwards: %v", err)
	}
}

func TestAnApplicationWithTheWrongStateIsRefused(t *testing.T) {
	s, c := single(t)
	s.mustSubmit(t, "tx")
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	err := s.start(testContext(t), c, func(s *site, _ *Config) { s.app.committed.chain[0] ^= 1 })
	if err == nil {
		t.Fatal("started with another state than the chain's")
	}
	if err := s.start(testContext(t), c); err != nil {
		t.Fatalf("the right state afterwards: %v", err)
	}
}

// TestReplayRestoresALostState deletes all the application has persisted: the
// engine begins the chain again and executes every block.
func TestReplayRestoresALostState(t *testing.T) {
	s, c := single(t)
	var txs []string
	for i := range 20 {
		tx := fmt.Sprintf("tx %d", i)
		s.mustSubmit(t, tx)
		txs = append(txs, tx)
	}
	if err := s.node.WaitHeight(testContext(t), s.node.Height()); err != nil {
		t.Fatal(err)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.openStore(); err != nil {
		t.Fatal(err)
	}
	batch := s.db.View(kv.NodeLocal).NewBatch()
	if err := errors.Join(batch.DeleteRange(nil, nil), batch.Commit(true)); err != nil {
		t.Fatal(err)
	}
	if err := s.start(testContext(t), c); err != nil {
		t.Fatal(err)
	}
	s.mustRunOnce(t, txs)
	s.mustSubmit(t, "and on")
}

// TestNoRoundIsLostByAStop stops a node right after it answered, when it is
// about to propose the block that signs the new hash. If it stopped in between,
// the chain would wait for two time-outs after the start; rounds show that
// without a clock.
func TestNoRoundIsLostByAStop(t *testing.T) {
	s, c := single(t)
	must(t, s.stop())
	c.Timeouts = Timeouts{Propose: 20 * time.Second, Prevote: 20 * time.Second, Precommit: 20 * time.Second} // a busy machine is no fault
	must(t, s.start(testContext(t), c))
	for i := range 10 {
		s.mustSubmit(t, fmt.Sprintf("tx %d", i))
		must(t, s.node.Submit(testContext(t), fmt.Appendf(nil, "waits %d", i)))
		must(t, s.stop())
		must(t, s.start(testContext(t), c))
		s.mustRunOnce(t, []string{fmt.Sprintf("waits %d", i)})
	}
	for h := int64(1); h <= s.node.Height(); h++ {
		signed, err := s.node.SignedHeader(h)
		must(t, err)
		if signed.Round > 0 {
			t.Errorf("block %d was decided in round %d", h, signed.Round)
		}
	}
}
