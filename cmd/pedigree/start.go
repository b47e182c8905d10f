package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/all"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/config"
	"pedigree/internal/engine"
	"pedigree/internal/exchange"
	"pedigree/internal/heap"
	"pedigree/internal/node"
	"pedigree/internal/obs"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/internal/tryfile"
	"pedigree/internal/turns"
	"pedigree/internal/witness"
)

func startCommand(c *cli) *cobra.Command {
	var accept []string
	cmd := &cobra.Command{
		Use: "start", Short: "Run this organisation's node", Args: cobra.NoArgs,
		Long: `Runs the node until it is told to stop. A private store that is older than what
the ledger holds of its audit trail is refused with exit code 4, unless pedigree
restore brought it back: somebody may have put an old copy in its place.`,
		Example: "  pedigree start --home ./maker",
		RunE: func(cmd *cobra.Command, _ []string) error {
			defer heap.Keep()()
			accepts, err := parseAcceptances(accept)
			if err != nil {
				return err
			}
			r, err := c.startNodeWith(cmd.Context(), accepts)
			if err != nil {
				return err
			}
			c.out.say("%s is running at %s", r.org, r.server.URL())
			select {
			case <-cmd.Context().Done():
				err = nil
			case <-r.node.Engine().Failed():
				err = stopped(fmt.Errorf("the node can't go on: %w", r.node.Engine().Err()))
			case <-r.desk.vault.Failed():
				err = fmt.Errorf("the node can't go on: the private store takes no more writes: %w", r.desk.vault.Err())
			case err = <-r.older:
			}
			return errors.Join(err, r.stop())
		},
	}
	cmd.Flags().StringArrayVar(&accept, "accept-older-store", nil, "ORG=REASON: go on with an older private store of this organisation, and write the reason into its audit trail; may be repeated")
	return cmd
}

// running is one node with everything around it.
type running struct {
	org    string
	node   *node.Node
	own    *office
	hosts  *hosting
	desk   *deskParts
	server *api.Server
	access *auth.Access // people, machines and the audit trail

	scrub     *care.Scrub        // reads what is stored, over and over
	witnesses *witness.Collector // asks for cosignatures of checkpoints
	alone     bool               // the network has one validator, this one
	accepts   acceptances        // of stores that are older than what the ledger holds of them
	older     chan error         // has the reason for which the node ends, once it found its store to be older
	home      home
	log       *slog.Logger

	turns      *turns.Gate   // of work on large documents
	ledgerAge  time.Duration // of the newest block, past which answers about goods say so
	noticeAge  time.Duration // of the newest list of recall notices
	returns    string        // what becomes of goods that came back
	reclaim    string        // what becomes of offers that nobody received in time
	exchange   config.Exchange
	ways       config.Ways
	door       *exchange.Door // for partners' deliveries; nil when none are taken
	secrets    secrets
	peers      int                         // that the configuration names
	monitor    *http.Server                // for metrics; nil without an address of their own
	stopTraces func(context.Context) error // nil when none are sent
}

// startNode starts a node that accepts no older store.
func (c *cli) startNode(ctx context.Context) (*running, error) { return c.startNodeWith(ctx, nil) }

// startNodeWith wires the parts of a process, in order.
func (c *cli) startNodeWith(ctx context.Context, accepts acceptances) (*running, error) {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return nil, failWith(exitUsage, "run pedigree init first, or name the home with --home", err)
	}
	founding, err := node.ReadFounding(h.founding())
	if err != nil {
		return nil, failWith(exitUsage, "run pedigree found and pedigree join first, or pedigree init --alone", err)
	}
	cfg, err := c.readConfig(h, founding.ChainID, string(founding.Profile))
	if err != nil {
		return nil, err
	}
	if cfg.ChainID != founding.ChainID {
		return nil, failWith(exitUsage, "use the founding file of the chain in pedigree.yaml", fmt.Errorf("the configuration names chain %s, the founding file %s", cfg.ChainID, founding.ChainID))
	}
	log, err := obs.NewLogger(os.Stderr, obs.Options{Level: cfg.Log.Level, Format: cfg.Log.Format})
	if err != nil {
		return nil, err
	}
	r := &running{
		org: own.Member.ID, home: h, log: log, exchange: cfg.Exchange, ways: cfg.Ways, turns: turns.New(), accepts: accepts, older: make(chan error, 1),
		ledgerAge: time.Duration(cfg.Verdict.LedgerAgeHours) * time.Hour, noticeAge: time.Duration(cfg.Verdict.NoticeAgeDays) * 24 * time.Hour,
		returns: cfg.Returns, reclaim: cfg.Reclaim,
	}
	if r.secrets, err = h.secrets(); err != nil {
		return nil, err
	}
	r.secrets.warn(log)
	engineKeys, err := r.secrets.engineKeys()
	if err != nil {
		return nil, err
	}
	engineLog, err := obs.NewLogger(os.Stderr, obs.Options{Level: engineLevel(cfg.Log.Level), Format: cfg.Log.Format})
	if err != nil {
		return nil, err
	}
	nc := nodeConfig(h, engineKeys, cfg, founding, engineLog)
	if nc.Remote, err = r.secrets.dialSigner(cfg.Signer, log); err != nil {
		return nil, err
	}
	if nc.Join, err = h.joining(); err != nil {
		return nil, err
	}
	if r.node, err = node.Start(ctx, nc); err != nil {
		return nil, stopped(err)
	}
	if base, err := r.node.JoinedAt(); err == nil && base > 0 {
		log.Info("joined by a snapshot: the ledger's state was checked against the validators' signatures", "height", base)
	}
	if err := r.serve(ctx, own, cfg); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

// engineLevel is the level of the engine's own messages: one step quieter, for it
// tells of every vote.
func engineLevel(level string) string {
	if level == "info" {
		return "warn"
	}
	return level
}

func nodeConfig(h home, k engine.Keys, cfg config.Config, f node.Founding, log *slog.Logger) node.Config {
	n := node.Config{
		Home: h.dir, Keys: k, Founding: f, Modules: all.Modules(), Governor: all.Governor(), Listen: cfg.P2P.Listen, Log: log, Pending: cfg.Limits.PendingMax,
		Keep:  node.Keeping{For: time.Duration(cfg.Pruning.KeepDays) * 24 * time.Hour, Archive: cfg.Pruning.Archive},
		KV:    kv.Options{CacheBytes: int64(cfg.Store.CacheMB) << 20, MemTableBytes: uint64(cfg.Store.MemtableMB) << 20},
		Store: store.Options{TreeCacheBytes: cfg.Store.CacheMB << 19}, Allowed: allowedNode(cfg.P2P.Peers), Upgrades: upgradesOf, SkipUpgrade: uint64(cfg.SkipUpgrade),
		Snapshots: node.SnapshotRule{EveryBlocks: int64(cfg.Snapshots.EveryBlocks), Keep: cfg.Snapshots.Keep},
	}
	if f.Profile == engine.Single {
		n.Listen = ""
	} else {
		n.Published, n.Reach = publishedNodes, exchange.Reach{Private: cfg.Exchange.PrivateNetworks, Loopback: cfg.Exchange.Loopback}.Allows
	}
	for _, p := range cfg.P2P.Peers {
		n.Peers = append(n.Peers, engine.Peer{ID: p.ID, Addr: p.Addr})
	}
	return n
}

// serve opens the organisation's desk and the HTTP interface on the node.
func (r *running) serve(ctx context.Context, own card, cfg config.Config) error {
	token, err := r.secrets.token()
	if err != nil {
		return err
	}
	if r.own, err = openOffice(ctx, r, own); err != nil {
		return err
	}
	r.desk = r.own.desk
	r.desk.mail.Start()
	r.desk.ways.Start()
	if r.access, err = openAccess(ctx, r.desk.vault); err != nil {
		return err
	}
	if err := r.checkAge(ctx, r.access, r.org); err != nil {
		return err
	}
	r.makeScrub(cfg.Scrub)
	if r.hosts, err = openHosting(r, cfg.Limits.HostedOpenMax); err != nil {
		return err
	}
	if r.door != nil {
		r.door.SummonWith(r.hosts.summon)
	}
	settings := api.Config{
		Listen: cfg.API.Listen, Hosts: cfg.API.Hosts, Token: token, Org: own.Member.ID, Version: version, Ready: r.ready, Local: localWrites, Hears: r.node.Hears, Ledgered: ledgerWrites, Log: r.log, Enter: r.enter, Owner: r.owner,
		BodyBytesMax: int64(cfg.Limits.BodyBytesMax), RequestsMax: cfg.Limits.RequestsMax, HostedStreamsMax: hostedStreams(cfg.Limits.HostedOpenMax), Turns: r.turns,
	}
	settings.Access, r.alone = r.access, cfg.Profile == config.ProfileSingle
	settings.Anchored = r.anchored
	settings.Drill = node.IsDrill(cfg.ChainID)
	settings.Demo = r.home.demoPeople(cfg.ChainID, cfg.API.Listen)
	r.startScrub(ctx)
	r.desk.done.Go(func() { r.anchorTrail(ctx) })
	if err := r.gather(ctx, cfg.Witnesses); err != nil {
		return err
	}
	if err := r.accessConfig(&settings, cfg); err != nil {
		return err
	}
	if r.server, err = api.New(settings); err != nil {
		return err
	}
	addRoutes(r.server, apiLedger{r.node, own.Member.ID, r.witnesses}, keeper{r, own.Member.ID, new(sync.Mutex)}, (&exports{r: r, busy: map[string]bool{}}).export, tryfile.Config{Turns: r.turns, Dir: filepath.Dir(r.home.vault())}, r.look)
	if err := r.addPages(); err != nil {
		return err
	}
	if cfg.PublicPages {
		r.addPublicPages(settings.Origin)
	}
	r.peers = len(cfg.P2P.Peers)
	if err := r.sendTraces(ctx, cfg.Traces); err != nil {
		return err
	}
	if err := r.serveMetrics(cfg.Metrics.Listen); err != nil {
		return err
	}
	if err := r.server.Start(); err != nil {
		return err
	}
	address := strings.TrimPrefix(r.server.URL(), "http://")
	return os.WriteFile(r.home.address(), []byte(address+"\n"), 0o600)
}

// ready reports whether the node takes part and answers.
func (r *running) ready() error {
	if err := r.node.Engine().Err(); err != nil {
		return err
	}
	if r.node.Height() == 0 {
		return errors.New("the network has made no block; it begins when more than two thirds of its validators run")
	}
	if r.node.Engine().CatchingUp() {
		return errors.New("the node is catching up with the network")
	}
	if r.desk != nil && !r.desk.resumed.Load() {
		return errors.New("the node takes up the work that its last end interrupted")
	}
	return nil
}

func (r *running) stop() error {
	var errs []error
	if r.monitor != nil {
		errs = append(errs, r.monitor.Close())
	}
	if r.server != nil {
		errs = append(errs, r.server.Stop())
		r.anchorAtStop()
	}
	if r.hosts != nil {
		errs = append(errs, r.hosts.close())
	}
	if r.desk != nil {
		errs = append(errs, r.desk.stopFolding())
	}
	if r.door != nil {
		errs = append(errs, r.door.Close())
	}
	if r.node != nil {
		errs = append(errs, r.node.Stop())
	}
	if r.desk != nil {
		errs = append(errs, r.desk.close())
	}
	errs = append(errs, r.endTraces())
	if err := os.Remove(r.home.address()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// dataDir makes the folder below which the node keeps its data.
func dataDir(h home) error { return os.MkdirAll(filepath.Dir(h.vault()), 0o700) }
